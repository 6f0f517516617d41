// Package sqltext takes what is secret out of the text of an SQL statement, and says in a few words what the
// statement does.
//
// A scanner splits the text into tokens as the database does: words, names in quotes, strings of all kinds,
// numbers, parameters, comments. It writes each literal as ?, and what it cannot read for certain as one
// literal, too. A summary is made of the same tokens. It knows no grammar: it knows after which words the
// name of a table stands, in each pair of parentheses apart. Both take time in proportion to the text.
package sqltext
