// Package slogxredact keeps secrets and personal data out of logs: a [slog.Handler] that masks them by key,
// path, content, type and struct tag, wherever in a record they stand, before it passes the record on.
//
//	logger := slog.New(slogxredact.NewHandler(slog.NewJSONHandler(os.Stdout, nil), nil))
//	logger.Info("login", "user", "ann", "password", pw) // "password":"REDACTED"
//
// In a pipeline of package slogx it is one option, [Redaction], or, with this package imported, one
// variable: SLOGX_USE=redact. Without options the preset credentials is in use; [Preset] lists the others.
// They compose, and [Preset.Rules] says what each consists of.
//
// # Keys
//
// A key rule is one or several words. It matches a key that holds these words, one after the other, as
// whole words, so that token masks access_token, accessToken and X-Auth-Token, but not tokenization, and
// code does not mask postcode. Words end at anything that is neither a letter nor a digit, where a small
// letter meets a capital, and where letters meet digits. Case makes no difference, nor does it matter how
// words are joined: api_key, apiKey, API-Key and apikey are one, pass_word is password. Characters that
// show nothing are removed, and letters that look like Latin ones (full width, Cyrillic, Greek, with
// accents) are read as those.
//
// The rules of the preset credentials yield where the last word of the key says that it is about a secret: token_type,
// session_timeout, secret_name, salt_rounds. What detectors find there is masked all the same.
//
// Keys are those of attributes and groups, WithGroup's too, of struct fields by their name in Go and in JSON,
// of maps, HTTP headers, JSON, and the parameters of URLs; in a list of arguments a flag such as --password is
// the key of what follows it. Where a name and its value stand side by side, in a struct, a map, JSON or an array of
// two, the name is the key of the value, unless that is a number. The value is masked whole, whatever it is; of a
// group, all that is in it.
//
// # Paths
//
// A path rule is a place: keys from the root of the record joined by dots, each compared as key rules
// compare words, where * is any one key and ** any number. user.*.ssn matches user.home.ssn, **.token a
// token anywhere. Elements of lists need not be mentioned. Top-level attributes have their paths from the
// root, whatever groups are open.
//
// # Content
//
// Detectors look for what has a form, with validators behind it: a card number has an issuer's prefix,
// its length, and passes Luhn. They look at messages, texts, keys, errors, bytes, numbers and what methods
// return. Of a URL only the password or the parameter is masked. [Detectors] lists them; [Options].Custom
// takes the caller's.
//
// # Types
//
// A field with the tag slogx:"secret" is masked, values of a type of [RedactType] are, and [Secret] shows
// itself to nobody in the first place. The preset credentials knows the value of an http.Cookie, and the private
// keys of the crypto packages: whatever has their method Public.
//
// # What goes on
//
// A value in which there is nothing to mask goes on as it is. One that prints itself by a method
// (json.Marshaler, encoding.TextMarshaler, fmt.Stringer, fmt.Formatter) is printed here, once, and goes on
// as what that gave: as JSON, and as the text of slog.TextHandler. A LogValuer is resolved. A value with something to
// mask goes on as the groups and texts that its JSON would be, without what is not in its JSON. An *http.Request goes
// on as its method, URL, headers and forms. An error goes on as it is if all texts in its tree are clean; else as a
// tree of errors with redacted texts, of which errors.Is still answers for the original, but errors.As and Unwrap never
// lead to it.
//
// Within lists, maps and structs some encoders call methods that others do not: package console resolves LogValuers
// there, and prints what stands behind pointers. So they are called here, errors unwrapped, and what is clean in one
// form only goes on as its JSON would be.
//
// # When in doubt
//
// What cannot be inspected is masked whole: a value nested too deeply, one too many, too much text, a
// method that panics. Wrong options make NewHandler use all presets. No attribute of a record has any
// influence on how it is redacted.
//
// # Limits
//
// A secret that is split over two attributes is not put together. A Go call that never returns, such as a
// String method that waits for ever, cannot be interrupted. Methods of values that stand within others are
// called for the inspection and again by the encoder; a value that changes after it was inspected is not
// inspected again. What unexported fields point to, and maps there, neither encoding/json nor fmt shows, and
// others may be writing to it: it is not looked at. Text that was encrypted, compressed or encoded twice is not
// decoded.
//
// The command redact in cmd/redact does the same to captured logs.
package slogxredact
