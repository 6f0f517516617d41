package detect

// numberSet has the kinds of numbers that are written in groups.
var numberSet = &Set{want: cardBit | ibanBit | phoneBit | ssnBit}

// groupsEnd returns the end of the number in groups, or of the date, that begins at i behind this name, and its kind; or
// zeros: the spaces in it do not end it. It asks the detectors of numbers, whether they are wanted or not.
func (sc *scanner) groupsEnd(name string, i int) (int, bits) {
	s := sc.text
	probe := scanner{Set: numberSet, text: s, key: name, dst: sc.dst, base: len(sc.dst)}
	end := run(s, i, maxDigits+1, digit)
	switch {
	case s[i] == '+':
		probe.plusPhone(i)
	case s[i] == '(':
		probe.areaPhone(i)
	case !isWordAt(s, end) && end > i:
		probe.number(i, end)
	case is(s[i], alnum):
		probe.iban(i, run(s, i, maxIBAN+1, alnum))
	}
	if found := probe.dst[probe.base:]; len(found) > 0 && found[0].Start <= i {
		return found[0].End, bit(found[0].Kind)
	}
	if probe.keyHas(birthWords) {
		return dateEnd(s, i), phraseBit
	}
	return 0, 0
}

var (
	birthWords = newWords("dob", "birth", "birthday", "birthdate", "born", "death")
	months     = newWords(
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february", "march",
		"april", "june", "july", "august", "september", "october", "november", "december",
	)
)

// dateEnd returns the end of the date at i that is written in words: up to three numbers and the name of a month,
// with spaces, dots and commas between.
func dateEnd(s string, i int) int {
	end := 0
	for range 3 {
		to := run(s, i, 10, alnum)
		if number := run(s, i, 4, digit); number == i && !months.has(s[i:to]) {
			break
		}
		end = to
		for i = to; i < len(s) && i < to+2 && (s[i] == ' ' || s[i] == ',' || s[i] == '.'); {
			i++
		}
		if i == to {
			break
		}
	}
	return end
}
