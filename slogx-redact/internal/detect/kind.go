package detect

import (
	mathbits "math/bits"
	"slices"
)

// Kind names what a detector finds. The names are those of settings and of statistics.
type Kind string

// The kinds, each with the validators that its detector has.
const (
	Card   Kind = "card"   // payment card number: issuer prefix, length, Luhn
	IBAN   Kind = "iban"   // bank account: country, length, structure, mod 97
	Email  Kind = "email"  // e-mail address
	Phone  Kind = "phone"  // telephone number: E.164, and national forms
	SSN    Kind = "ssn"    // US social security number: area, group, serial
	IPv4   Kind = "ipv4"   // dotted quad that is no version
	IPv6   Kind = "ipv6"   // what net/netip parses, with a digit in it
	MAC    Kind = "mac"    // EUI-48 address
	JWT    Kind = "jwt"    // JSON Web Token or JWE: the header is JSON and has an alg
	PEM    Kind = "pem"    // private key block, also with escaped line ends
	Bearer Kind = "bearer" // credentials after Bearer
	Basic  Kind = "basic"  // credentials after Basic: base64 of user:password

	AWS          Kind = "aws"          // access key ids, and secret access keys beside them
	Anthropic    Kind = "anthropic"    // sk-ant-
	Azure        Kind = "azure"        // storage account keys, client secrets
	Databricks   Kind = "databricks"   // dapi
	DigitalOcean Kind = "digitalocean" // dop_v1_, doo_v1_, dor_v1_
	Discord      Kind = "discord"      // bot tokens, webhooks
	GitHub       Kind = "github"       // ghp_, gho_, ghu_, ghs_, ghr_, github_pat_
	GitLab       Kind = "gitlab"       // glpat- and its kin
	Google       Kind = "google"       // API keys, OAuth secrets and tokens
	HuggingFace  Kind = "huggingface"  // hf_
	Mailgun      Kind = "mailgun"      // key-, and keys with two groups behind
	NPM          Kind = "npm"          // npm_
	OpenAI       Kind = "openai"       // sk-, sk-proj-, …
	PyPI         Kind = "pypi"         // pypi-
	SendGrid     Kind = "sendgrid"     // SG.
	Shopify      Kind = "shopify"      // shpat_ and its kin
	Slack        Kind = "slack"        // xox…-, xapp-, webhooks
	Stripe       Kind = "stripe"       // sk_live_, rk_live_, …_test_, whsec_
	Telegram     Kind = "telegram"     // bot tokens
	Twilio       Kind = "twilio"       // SK and AC ids
	VendorToken  Kind = "vendor_token" // tokens of other providers with a documented prefix

	URLUserinfo      Kind = "url_userinfo"      // password of a URL
	URLQuery         Kind = "url_query"         // value of a secret query parameter
	ConnectionString Kind = "connection_string" // password of a data source, as a URL or as pairs
	SecretPhrase     Kind = "secret_phrase"     // value behind a secret word: password is: …, token=…
)

// kinds is the order of the bits below.
var kinds = [...]Kind{
	Card, IBAN, Email, Phone, SSN, IPv4, IPv6, MAC, JWT, PEM, Bearer, Basic,
	AWS, Anthropic, Azure, Databricks, DigitalOcean, Discord, GitHub, GitLab, Google, HuggingFace, Mailgun, NPM,
	OpenAI, PyPI, SendGrid, Shopify, Slack, Stripe, Telegram, Twilio, VendorToken,
	URLUserinfo, URLQuery, ConnectionString, SecretPhrase,
}

// bits is a set of kinds.
type bits uint64

const (
	cardBit bits = 1 << iota
	ibanBit
	emailBit
	phoneBit
	ssnBit
	ipv4Bit
	ipv6Bit
	macBit
	jwtBit
	pemBit
	bearerBit
	basicBit
	awsBit
	anthropicBit
	azureBit
	databricksBit
	digitalOceanBit
	discordBit
	gitHubBit
	gitLabBit
	googleBit
	huggingFaceBit
	mailgunBit
	npmBit
	openAIBit
	pypiBit
	sendGridBit
	shopifyBit
	slackBit
	stripeBit
	telegramBit
	twilioBit
	vendorBit
	userinfoBit
	queryBit
	connectionBit
	phraseBit
)

const (
	numberKinds = cardBit | phoneBit | ssnBit | ipv4Bit | ipv6Bit | macBit // begin with digits
	pairKinds   = queryBit | connectionBit | phraseBit                     // have a name and = or : before them
	secretKinds = phraseBit | bearerBit | basicBit                         // have a word before them
)

// Kinds returns all kinds.
func Kinds() []Kind { return slices.Clone(kinds[:]) }

// Known reports whether there is a detector for k.
func Known(k Kind) bool { return slices.Contains(kinds[:], k) }

// bit returns the set of k only, and none for an unknown kind.
func bit(k Kind) bits {
	if i := slices.Index(kinds[:], k); i >= 0 {
		return 1 << i
	}
	return 0
}

// kind returns the kind of a set of one.
func (b bits) kind() Kind { return kinds[mathbits.TrailingZeros64(uint64(b))] }
