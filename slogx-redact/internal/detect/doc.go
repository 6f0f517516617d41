// Package detect finds secrets and personal data in text: one pass over the bytes, no regular expressions.
//
// # How it looks
//
// A table says of each byte whether it is part of a word (letters and digits) or a mark that joins or begins
// something. Of a word its length and its first two letters, and what kinds of characters it has, say whether
// anything can begin with it; nearly all of a clean text ends there. Other words, and marks, are handed to the
// detectors that they can belong to, which look around them and validate: issuer prefix, length and Luhn of a
// card, structure and mod 97 of an IBAN, the JSON of a JWT's header. A secret is found whatever stands beside
// it, as long as that is neither a letter nor a digit; the letter of an escape sequence such as \n is none.
//
// # What is masked
//
// The secret and nothing else: of a URL the password or the value of a parameter, of a pair its value. Where
// two detectors find something at one place, the one that begins first wins, and then the longer one. A value
// is left alone only if it is nothing but a mask, says that there is none (null, true, %s), is the parameter of
// a query ($1, ?, :password), begins what is said about a secret (token: expired), or counts something (pass=12).
//
// A value ends at a space, unless it is in quotes or brackets, a number in groups or a date, a field as Go prints
// structs, or on a line of its own below its name, as in YAML. What wraps it stays: Some("x"), []string{"x"},
// <b>Password:</b> x. Its name may stand in another pair, {"name":"PASSWORD","value":"x"}, or be a flag.
//
// # What hides a secret
//
// Characters of no width are looked through; full-width letters, digits and marks count as ASCII ones, and so
// do Arabic digits and the spaces and dashes of typography. A card number in two attributes, base64 of text
// with a secret in it, and homoglyphs in a secret itself are not found.
//
// # What is no secret
//
// UUIDs, W3C traceparents, hashes, times, fractions of decimal numbers, hexadecimal dumps, the user and the host
// of a URL, positions in source files (token.go:12), and versions: a dotted quad behind v or a version word. Five
// numbers with dots are an object identifier, more than eight groups of an IPv6 address or than six pairs of a MAC
// address a fingerprint.
//
// Forms that other numbers share (a telephone number or a social security number without separators, or in
// groups as common as 333) count only where a word before them or the key says what they are. On the other hand,
// a number that has the prefix and the length of an issuer and passes Luhn is a card whatever it was meant to be.
//
// # What is not found
//
// These would cost more false hits than they are worth, or the time of every clean line: the words behind the first of
// a value without quotes (password=correct horse, a name, a street); what is set apart in prose by nothing but quotes
// or brackets (token 'x', password(x), [password] x), or by a table; flags of one letter but those of curl, mysql,
// sshpass and redis-cli; PASS of FTP, the values of INSERT and of netrc; text that was escaped twice; XML in entities;
// anchors and tags of YAML; tokens without a prefix of more than a letter, or with one that words have (Vault's s.,
// Okta's 00, Resend's re_); hashes of passwords; EUI-64 addresses, which serial numbers look like; cards in groups that
// dots or two spaces part; addresses of e-mail with a host of one label or in brackets; the extension of a telephone
// number behind a space.
//
// # Sources
//
// Cards: ISO/IEC 7812 and what the networks publish. Accounts: the IBAN registry, release 99. Telephone numbers:
// ITU E.164 and the national numbering plans. Social security numbers: the Social Security Administration's
// rules. Addresses: RFC 4291, RFC 5952 and IEEE 802. Tokens: RFC 7519, RFC 7516, RFC 7468, RFC 6750, RFC 7617;
// those of providers, see providers.
package detect
