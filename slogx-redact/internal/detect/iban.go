package detect

import "strings"

// ibans is the structure of the account numbers of each country: how many digits (n), letters (a), or either
// (c) follow the country code and the two check digits. It follows the IBAN registry, release 99, and the
// countries that use the form without being in it.
const ibans = `AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c
CR18n CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n
GI4a15c GL14n GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c
LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c
MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c
SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n
YE4a4n18c AO21n BF2c22n BJ2c22n CF23n CG23n CI2a22n CM23n CV21n DZ22n GA23n GQ23n GW2c19n IR22n KM23n MA24n MG23n
ML2c22n MZ21n NE2a22n SN2c22n TD23n TG2a22n`

// maxIBAN is the length of the longest, Russia's.
const maxIBAN = 33

// account is the class of each character behind the check digits of one country's numbers.
type account struct {
	classes [maxIBAN - 4]uint8
	n       int
}

// accounts is indexed by the two letters of the country.
var accounts = func() (t [26 * 26]*account) {
	for i := 0; i < len(ibans); {
		a := &account{}
		t[int(ibans[i]-'A')*26+int(ibans[i+1]-'A')] = a
		count := 0
		for i += 2; i < len(ibans) && ibans[i] > ' '; i++ {
			c := ibans[i]
			if isDigitAt(ibans, i) {
				count = count*10 + int(c-'0')
				continue
			}
			for ; count > 0; count-- {
				a.classes[a.n] = map[byte]uint8{'n': digit, 'a': alpha, 'c': alnum}[c]
				a.n++
			}
		}
		i++
	}
	return t
}()

// iban finds an account number that begins with the word from start to end: in one piece or in groups of four, parted by single
// spaces or dashes, in capital or small letters.
func (sc *scanner) iban(start, end int) int {
	s := sc.text
	if sc.want&ibanBit == 0 || end-start != 4 && end-start < 15 || len(s)-start < 15 {
		return 0
	}
	if !is(s[start], alpha) || !is(s[start+1], alpha) || !isDigitAt(s, start+2) || !isDigitAt(s, start+3) {
		return 0
	}
	a := accounts[int(s[start]&31-1)*26+int(s[start+1]&31-1)]
	if a == nil {
		return 0
	}
	mod, i := 0, start+4
	var sep byte
	if i < len(s) && (s[i] == ' ' || s[i] == '-') {
		sep = s[i]
	}
	for n := range a.n {
		if sep != 0 && n%4 == 0 {
			if i >= len(s) || s[i] != sep {
				return 0
			}
			i++
		}
		if i >= len(s) || !is(s[i], a.classes[n]) {
			return 0
		}
		mod = mod97(mod, s[i])
		i++
	}
	if isWordAt(s, i) {
		return 0
	}
	for j := start; j < start+4; j++ {
		mod = mod97(mod, s[j])
	}
	if mod != 1 {
		return 0
	}
	return sc.found(start, i, ibanBit)
}

// mod97 takes one more character into the remainder; letters count as 10 to 35.
func mod97(mod int, c byte) int {
	if is(c, digit) {
		return (mod*10 + int(c-'0')) % 97
	}
	return (mod*100 + int(c&31) + 9) % 97
}

// IBANForms returns the structure of the account numbers of each country: its code, then counts of digits (n),
// letters (a) and either (c).
func IBANForms() []string { return strings.Fields(ibans) }
