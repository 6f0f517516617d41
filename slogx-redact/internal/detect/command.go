package detect

import "strings"

// commandWords begin commands, of a shell or of SQL, that take a password in a way of their own.
var commandWords = newWords("mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass", "redis", "identified", "auth")

// maxCommand is how far apart a command and its password may be.
const maxCommand = 256

// command finds the password of the command whose name stands from start to end.
func (sc *scanner) command(start, end int) int {
	s := sc.text
	flag, glued, sure := " -p", true, true
	switch word := s[start:end]; lowerASCII(word[0]) {
	case 'r':
		flag, glued = "-cli -a ", false
	case 'i':
		flag, glued, sure = " by ", false, word == "IDENTIFIED" // others identify
	case 'a':
		if flag, glued = " ", false; word != "AUTH" || !isWordAt(s, end+1) {
			return 0
		}
	}
	v := flagEnd(s, end, flag)
	if v == 0 {
		return 0
	}
	if s[v] == ' ' && glued && lowerASCII(s[start]) == 's' {
		if v = spaces(s, v); v == len(s) {
			return 0
		}
	}
	from, to := quoted(s, v, true)
	if from == 0 && sure {
		from, to = v, plainEnd(s, v)
	}
	if from >= to || isMasked(s[from:to]) || flag == " " && !isPassword(s[from:to]) {
		return 0
	}
	return sc.found(from, to, phraseBit)
}

// flagEnd returns where what follows flag begins: right at i, or, of one with a space and a word, on the line of i;
// or 0. Case matters but in SQL: -P is a port.
func flagEnd(s string, i int, flag string) int {
	limit := i + 1
	if flag[0] == ' ' && flag != " " {
		limit = i + maxCommand
	}
	for limit = min(limit, len(s)); i < limit && s[i] != '\n'; i++ {
		if strings.HasPrefix(s[i:], flag) || flag == " by " && hasFold(s, i, flag) {
			if i += len(flag); i == len(s) {
				return 0
			}
			return i
		}
	}
	return 0
}

// login finds the password of curl -u user:password around the colon at i, where the user begins at start.
func (sc *scanner) login(start, i int) int {
	s := sc.text
	if sc.want&phraseBit == 0 || start < 4 || s[i] != ':' || s[i+1] <= ' ' {
		return 0
	}
	flag := start
	if s[flag-1] == '"' || s[flag-1] == '\'' {
		flag--
	}
	before := s[max(0, flag-maxCommand):flag]
	if !strings.HasSuffix(before, " -u ") && !strings.HasSuffix(before, "-user ") || !strings.Contains(before, "curl") {
		return 0
	}
	to := plainEnd(s, i+1)
	if flag < start {
		to = closingQuote(s, i+1, s[flag], false)
	}
	if isMasked(s[i+1 : to]) {
		return to
	}
	return sc.found(i+1, to, phraseBit)
}
