// Package detect finds secrets and personal data in text: one pass over the bytes, no regular expressions.
//
// # How it looks
//
// A table says of each byte whether it is part of a word (letters and digits) or a mark that joins or begins
// something. Each word and each mark is handed to the detectors that it can belong to, which look around it
// and validate: issuer prefix, length and Luhn of a card, mod 97 of an IBAN, the JSON of a JWT's header. A
// secret is found whatever stands beside it, as long as that is neither a letter nor a digit; the letter of
// an escape sequence such as \n is none.
//
// # What is masked
//
// The secret and nothing else: of a URL the password or the value of a parameter, of a pair its value. Where
// two detectors find something at one place, the one that begins first wins, and then the longer one.
//
// # What hides a secret
//
// Characters of no width are looked through; full-width letters, digits and marks count as ASCII ones, and so
// do Arabic digits and the spaces and dashes of typography. A card number in two attributes, base64 of text
// with a secret in it, and homoglyphs in a secret itself are not found.
//
// # What is no secret
//
// UUIDs, W3C traceparents, hashes, times, and versions: a dotted quad behind v or a version word. Forms that
// other numbers share (a telephone number or a social security number without separators) count only where a
// word before them or the key says what they are.
package detect
