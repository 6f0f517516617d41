package slogxredact

import "unicode"

// invisible reports whether r shows nothing, so that it can stand within a word unseen.
func invisible(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u034F', r == '\u061C', r == '\u180E', r == '\uFEFF',
		r >= '\u200B' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u206F',
		r >= '\uFE00' && r <= '\uFE0F', r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return unicode.Is(unicode.Mn, r)
}

// lookAlike returns the ASCII letter or digit that r looks like, or r.
func lookAlike(r rune) rune {
	switch {
	case r >= '！' && r <= '～': // full width
		return r - '！' + '!'
	case r >= 'Ⓐ' && r <= 'ⓩ': // circled
		return letter(r - 'Ⓐ')
	case r >= 0x1D400 && r <= 0x1D6A3: // mathematical alphabets, 52 letters each
		return letter((r - 0x1D400) % 52)
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return '0' + (r-0x1D7CE)%10
	}
	if c, ok := lookAlikes[r]; ok {
		return c
	}
	return r
}

// letter is the nth of A to Z and a to z.
func letter(n rune) rune {
	if n < 26 {
		return 'A' + n
	}
	return 'a' + n - 26
}

// lookAlikes are letters of other scripts, and of ours with marks, that one reads as these.
var lookAlikes = func() map[rune]rune {
	m := make(map[rune]rune)
	for ascii, others := range map[rune]string{
		'a': "аαɑàáâãäåāăą", 'b': "Ьƅ", 'c': "сϲçćĉċč", 'd': "ԁďđ", 'e': "еєεèéêëēĕėęěҽ", 'f': "ƒ", 'g': "ɡĝğġģ",
		'h': "һĥħ", 'i': "іιıìíîïĩīĭįɩ", 'j': "јϳĵ", 'k': "кκķĸ", 'l': "ӏĺļľŀłⅼ", 'm': "мⅿ", 'n': "пηñńņňŉ",
		'o': "оοσòóôõöøōŏőօ", 'p': "рρ", 'q': "ԛ", 'r': "гŕŗř", 's': "ѕśŝşšſ", 't': "тτţťŧ", 'u': "υμùúûüũūŭůűųս",
		'v': "νѵ", 'w': "ԝωŵѡ", 'x': "хχ", 'y': "уγýÿŷ", 'z': "ʐźżž",
		'A': "АΑÀÁÂÃÄÅĀĂĄ", 'B': "ВΒ", 'C': "СϹÇĆĈĊČ", 'D': "ĎĐ", 'E': "ЕΕÈÉÊËĒĔĖĘĚ", 'F': "Ϝ", 'G': "ԌĜĞĠĢ",
		'H': "НΗĤĦ", 'I': "ІΙӀÌÍÎÏĨĪĬĮİ", 'J': "ЈͿĴ", 'K': "КΚKĶ", 'L': "ĹĻĽĿŁ", 'M': "МΜ", 'N': "ΝÑŃŅŇ",
		'O': "ОΟÒÓÔÕÖØŌŎŐ", 'P': "РΡ", 'R': "ŔŖŘ", 'S': "ЅŚŜŞŠ", 'T': "ТΤŢŤŦ", 'U': "ÙÚÛÜŨŪŬŮŰŲՍ", 'V': "Ѵ",
		'W': "ԜŴ", 'X': "ХΧ", 'Y': "УΥÝŸŶ", 'Z': "ΖŹŻŽ",
	} {
		for _, r := range others {
			m[r] = ascii
		}
	}
	return m
}()
