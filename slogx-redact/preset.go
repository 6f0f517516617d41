package slogxredact

import (
	"slices"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// Preset is a set of rules. Presets compose.
type Preset string

// The presets; [Preset.Covers] and [Preset.Rules] say what each covers. None of them makes a program compliant
// with anything: they cover what their name's texts list, as far as it has a name or a form.
const (
	PresetCredentials Preset = "credentials"
	PresetPCI         Preset = "pci"
	PresetPII         Preset = "pii"
	PresetGDPR        Preset = "gdpr"
	PresetHIPAA       Preset = "hipaa"
)

// Rules are what a preset consists of.
type Rules struct {
	Keys      []string // key rules
	Detectors []string // detectors of content
}

// Presets returns the names of all presets.
func Presets() []Preset {
	return []Preset{PresetCredentials, PresetPCI, PresetPII, PresetGDPR, PresetHIPAA}
}

// Covers returns what the preset is for, in a few words. Of an unknown preset it returns nothing.
func (p Preset) Covers() string { return presets[p].covers }

// Rules returns what the preset consists of. An unknown preset has no rules.
func (p Preset) Rules() Rules {
	def := presets[p]
	r := Rules{Keys: slices.Clone(def.keys)}
	for _, k := range def.kinds {
		r.Detectors = append(r.Detectors, string(k))
	}
	return r
}

type presetRules struct {
	covers string
	keys   []string
	kinds  []detect.Kind
}

var presets = map[Preset]presetRules{
	PresetCredentials: {"what opens doors: passwords, tokens, keys, sessions", credentialKeys, credentialKinds()},
	PresetPCI:         {"PCI DSS: cardholder data and sensitive authentication data", pciKeys, []detect.Kind{detect.Card}},
	PresetPII:         {"what names, reaches or identifies a person", personKeys, personKinds},
	PresetGDPR: {
		"what pii has, location, and the special categories of Article 9",
		slices.Concat(personKeys, specialKeys), personKinds,
	},
	PresetHIPAA: {
		"the identifiers of the Safe Harbor method, 45 CFR 164.514(b)(2)",
		slices.Concat(personKeys, patientKeys), personKinds,
	},
}

// credentialKeys yield to words about a secret. Not among them are auth, sid and pat: most values under these say how
// somebody signed in, which account of Windows, Oracle or Twilio it is, and who Pat is.
var credentialKeys = slices.Concat(credentialNames, joinedNames)

var credentialNames = []string{
	"password", "passwords", "passwd", "pwd", "pass", "passphrase", "passcode", "passkey", "htpasswd",
	"secret", "secrets", "token", "access_tokens", "refresh_tokens", "api_tokens", "auth_tokens",
	"access_token", "refresh_token", "auth_token", "id_token", "api_token", "bearer_token", "session_token",
	"bearer", "api_key", "api_keys", "api_secret", "authorization", "auth_header", "x_auth",
	"cookie", "cookies", "set_cookie", "session", "sessions", "session_id", "session_key", "sess_id", "php_sess_id",
	"jwt", "jwe", "jws", "saml_response", "saml_assertion", "csrf", "xsrf",
	"private_key", "private_keys", "access_key", "access_keys", "secret_key", "secret_keys", "client_secret",
	"encryption_key", "decryption_key", "signing_key", "master_key", "account_key", "shared_key", "ssh_key",
	"credential", "credentials", "cred", "creds", "kube_config",
	"otp", "totp", "pin", "pin_code", "mfa_code", "verification_code", "one_time_code", "recovery_code", "recovery_codes",
	"backup_code", "backup_codes", "security_answer", "mnemonic", "seed_phrase",
	"cvv", "cvc", "ssn", "salt", "signature", "sig", "connection_string", "conn_string", "conn_str", "dsn",
	"connection_strings", // of .NET, by name
	"pw", "psk",          // short for password, pre-shared key
	"connect_sid",                           // the cookie of Express
	"github_pat", "gitlab_pat", "azure_pat", // personal access tokens
	"webhook_url", // whoever knows one of Slack, Discord or Teams may post
}

// joinedNames are for keys that join words which end in another rule without a mark, as variables of the environment,
// cookies and settings do. Parts of words are not searched for: monkey ends in key.
var joinedNames = []string{
	"pg_password", "mysql_password", "postgres_password", "redis_password", "db_password", "db_pass", "db_pwd",
	"ldap_password", "smtp_password", "smtp_pass", "ftp_password", "ssh_password", "ssh_pass", "proxy_password", "wifi_password",
	"root_password", "root_pass", "admin_password", "admin_pass", "admin_pwd", "user_password", "user_pass", "user_pwd",
	"login_password", "new_password", "old_password", "current_password", "confirm_password", "temp_password", "default_password",
	"password_hash", "hashed_password", "password_confirmation",
	"store_password", "store_pass", "key_password", "key_pass", "keystore_password", "truststore_password", // Java's keytool
	"j_session_id",                                            // Java servlets
	"asp_session_id", "asp_net_session_id", "laravel_session", // ASP, PHP
	"csrf_middleware_token", "csrf_token", "xsrf_token", // Django, Angular
	"secret_access_key", "aws_secret_access_key", "access_key_id", "aws_access_key_id",
	"x_api_key", "x_auth_token", "app_secret", "consumer_secret", "shared_secret", "webhook_secret", "token_secret", "jwt_secret",
	"jwt_token", "bot_token", "user_token", "device_token", "deploy_token", "reset_token", "login_token", "security_token",
	"github_token", "gitlab_token", "slack_token", "vault_token",
}

// credentialKinds are all kinds but those of other presets.
func credentialKinds() []detect.Kind {
	return slices.DeleteFunc(detect.Kinds(), func(k detect.Kind) bool {
		return k == detect.Card || slices.Contains(personKinds, k)
	})
}

var pciKeys = []string{
	"card_number", "card_no", "card_num", "credit_card", "debit_card", "cc_number", "cc_num", "pan", "primary_account_number",
	"cvv", "cvv2", "cvc", "cvc2", "cav2", "card_security_code", "security_code", "card_verification_value",
	"card_expiry", "card_expiration", "expiry_date", "expiration_date", "exp_month", "exp_year",
	"cardholder", "cardholder_name", "card_holder", "name_on_card",
	"track_data", "track1", "track2", "magstripe", "pin", "pin_block",
}

var personKinds = []detect.Kind{
	detect.Email, detect.Phone, detect.SSN, detect.IBAN, detect.IPv4, detect.IPv6, detect.MAC,
}

var personKeys = []string{
	"first_name", "last_name", "middle_name", "full_name", "given_name", "family_name", "surname", "maiden_name",
	"email", "emails", "email_address", "phone", "phones", "phone_number", "mobile", "mobile_number", "telephone", "fax", "fax_number",
	"birth_date", "date_of_birth", "dob", "birthday", "birth_place", "place_of_birth",
	"street", "street_address", "home_address", "postal_address", "mailing_address", "billing_address", "shipping_address",
	"zip_code", "postal_code",
	"ssn", "social_security", "social_security_number", "national_id", "national_insurance_number", "tax_id", "taxpayer_id",
	"passport", "passport_number", "id_card", "driver_license", "drivers_license", "driving_licence", "license_number",
	"iban", "bic", "bank_account", "account_number", "account_no", "routing_number", "sort_code",
	"ip_address", "client_ip", "remote_ip", "mac_address",
}

var specialKeys = []string{
	"gender", "nationality", "citizenship", "marital_status", "ethnicity", "ethnic_origin", "racial_origin",
	"religion", "religious_belief", "political_opinion", "political_party", "trade_union", "union_membership",
	"sexual_orientation", "genetic_data", "biometric", "biometrics", "biometric_data", "fingerprint_data", "health_data", "disability",
	"criminal_record", "location", "geolocation", "geo_location", "latitude", "longitude", "gps",
	"device_id", "advertising_id", "cookie_id",
}

var patientKeys = []string{
	"patient", "patient_id", "patient_name", "mrn", "medical_record", "medical_record_number", "health_plan", "beneficiary",
	"member_id", "policy_number", "insurance_id", "certificate_number", "license_plate", "vehicle_id", "vin",
	"device_id", "device_serial", "serial_number", "biometric", "biometrics", "fingerprint_data", "voice_print", "photo",
	"admission_date", "discharge_date", "date_of_death", "death_date", "diagnosis", "diagnoses", "prescription", "medication",
	"zip", "geolocation", "latitude", "longitude",
}
