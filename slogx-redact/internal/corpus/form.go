package corpus

import (
	"encoding/base64"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// forms of the secrets of a kind, as they are documented and as they stand in logs.
var forms = map[detect.Kind][]string{
	detect.Email: {
		"«l6»@example.com", "«l5».«l7»@example.org", "«L1»«l5»+«k4»@mail.example.net", "«l3»_«d3»@«l8».example", "«l1»@«l2».io",
		"«l6»%40example.com", "«l4»-«l4»@«l5»-«l4».co.uk", "«L6»@EXAMPLE.COM", "«l5»@sub.«l6».«=com|net|org|dev|museum»",
		"o'«l5»@example.com",
	},
	detect.Phone: {
		"+1«n3»«n3»«d4»", "+1 «n3»-«n3»-«d4»", "+1 («n3») «n3»-«d4»", "+1-«n3»-555-01«d2»", "(«n3») «n3»-«d4»",
		"«n3»-«n3»-«d4»", "«n3».«n3».«d4»",
		"1-800-«n3»-«d4»", "+44 20 7946 0«d3»", "+44 7700 900«d3»", "+447700900«d3»", "020 7946 0«d3»", "07700 900«d3»",
		"01632 960«d3»",
		"+49 30 «p1»«d6»", "+49 151 «p1»«d7»", "+33 1 99 00 «d2» «d2»", "+33«=6|7»«d8»", "01 99 00 «d2» «d2»", "06.39.98.«d2».«d2»",
		"+34 6«d2» «d3» «d3»", "+39 06 «p1»«d7»", "+31 6 «p1»«d7»", "+41 44 «p1»«d2» «d2» «d2»", "+46 70 «p1»«d2» «d2» «d2»",
		"+91 9«d4» «d5»",
		"+91-9«d9»", "+81 3-«p1»«d3»-«d4»", "090-«p1»«d3»-«d4»", "+86 13«d1» «d4» «d4»", "+55 11 9«d4»-«d4»", "(11) 9«d4»-«d4»",
		"+61 4«d2» «d3» «d3»",
		"0412 «d3» «d3»", "+353 1 «p1»«d2» «d4»", "+48 «p1»«d2» «d3» «d3»", "+7 9«d2» «d3»-«d2»-«d2»", "+82 10-«p1»«d3»-«d4»",
		"+65 6«d3» «d4»",
		"phone: ⟦«n3»«n3»«d4»⟧", "tel=⟦«n3» «n3» «d4»⟧", "mobile ⟦6«d2» «d3» «d3»⟧", "fax: ⟦«p1»«d7»⟧",
		"phone ⟦«p1»«d1» «d2» «d2» «d2»⟧",
	},
	detect.SSN: {
		"«=0|1|2|3|4|5|7|8»«p2»-«p2»-«p4»", "ssn: ⟦«=1|2|3|4»«d2»-«p2»-«p4»⟧", "SSN ⟦«=1|2|3|4»«d2»«p2»«p4»⟧",
		"social security number ⟦«=1|2|3|4»«d2» «p2» «p4»⟧",
	},
	detect.PEM: {
		"-----BEGIN RSA PRIVATE KEY-----\n«b64»\n«b64»\n«b40»==\n-----END RSA PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----\n«b64»\n«b62»==\n-----END PRIVATE KEY-----",
		"-----BEGIN EC PRIVATE KEY-----\\n«b64»\\n-----END EC PRIVATE KEY-----",
		"-----BEGIN OPENSSH PRIVATE KEY-----\n«b70»\n«b64»\n-----END OPENSSH PRIVATE KEY-----",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\r\n«b64»\r\n«b64»\r\n-----END ENCRYPTED PRIVATE KEY-----",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n«b64»\n=«b4»\n-----END PGP PRIVATE KEY BLOCK-----",
	},
	detect.Bearer: {
		"Authorization: Bearer ⟦«u40»a⟧", "authorization: bearer ⟦«a20»⟧", `{"Authorization":["Bearer ⟦«a12»-«a8»⟧"]}`,
		"Authorization=Bearer ⟦«x64»⟧",
		"with Bearer ⟦«A4»«a28»7B⟧ sent", "-H 'Authorization: Bearer ⟦«b24»==⟧'", "Authorization: Bearer ⟦«a10».«a10»~«a4»⟧",
	},
	detect.AWS:       {"AKIA«216»", "ASIA«216»", "AWS_SECRET_ACCESS_KEY=⟦«a39»/⟧", "aws_secret_access_key = ⟦«a20»+«a19»⟧"},
	detect.Anthropic: {"sk-ant-api03-«u93»AA", "sk-ant-admin01-«u93»AA"},
	detect.Azure: {
		"«a3»8Q~«a34»", "AccountName=«l8»;AccountKey=⟦«b86»==⟧;EndpointSuffix=core.windows.net", "SharedAccessKey=⟦«b43»=⟧",
	},
	detect.Databricks:   {"dapi«x32»", "dapi«x32»-2"},
	detect.DigitalOcean: {"do«=p|o|r»_v1_«x64»"},
	detect.Discord: {
		"https://discord.com/api/webhooks/«p1»«d17»/⟦«a67»b⟧", "«=M|N|O»«a22»7.«u6».«u37»a",
	},
	detect.GitHub: {"gh«=p|o|u|s|r»_«a36»", "github_pat_«a22»_«a59»"},
	detect.GitLab: {
		"glpat-«a20»", "glptt-«x40»", "gldt-«a20»", "glrt-«a20»", "glsoat-«a20»", "glimt-«a25»", "glagent-«a50»", "gloas-«x64»",
		"glft-«a20»",
		"glcbt-64_«a20»", "GR1348941«a20»", "glpat-«a27».01.«k9»",
	},
	detect.Google:      {"1//0«u59»a", "AIza«u34»a", "GOCSPX-«u27»a", "ya29.«u60»a"},
	detect.HuggingFace: {"hf_«a34»"},
	detect.Mailgun:     {"key-«x32»", "a«x31»-«x8»-«x8»"},
	detect.NPM:         {"npm_«a36»"},
	detect.OpenAI:      {"sk-«a20»T3BlbkFJ«a20»", "sk-proj-«u74»T3BlbkFJ«u73»a", "sk-svcacct-«u58»T3BlbkFJ«u57»a"},
	detect.PyPI:        {"pypi-AgEIcHlwaS5vcmc«u70»a"},
	detect.SendGrid:    {"SG.«u22».«u42»a"},
	detect.Shopify:     {"shp«=at|ca|pa|ss»_«x32»"},
	detect.Slack: {
		"xox«=b|p»-«p1»«d11»-«p1»«d12»-«a24»", "xapp-1-A«A10»-«d13»-«x64»", "xoxe.xoxp-1-«A163»",
		"https://hooks.slack.com/services/⟦T«A8»/B«A8»/«a24»⟧",
	},
	detect.Stripe:   {"«=sk|rk»_«=live|test»_«a24»", "sk_live_51«a97»", "whsec_«a32»"},
	detect.Telegram: {"«p1»«d8»:AA«a30»b7Z", "https://api.telegram.org/bot⟦«p1»«d9»:AA«a30»b7Z⟧/getMe"},
	detect.Twilio:   {"SK«x32»", "AC«x32»"},
	detect.VendorToken: {
		"hvs.«u90»a", "dckr_pat_«u26»a", "lin_api_«a40»", "NRAK-«A27»", "ntn_«d11»«a35»", "figd_«u39»a", "pul-«x40»",
		"rubygems_«x48»", "sbp_«x40»",
		"gsk_«a52»", "xai-«a80»", "pplx-«a48»", "r8_«a37»", "lsv2_pt_«x32»_«x10»", "dp.pt.«a43»", "dp.st.dev.«a43»", "PMAK-«x24»-«x34»",
		"glsa_«a32»_«x8»", "xkeysib-«x64»-«a16»", "dt0c01.«A24».«A64»", "CCIPAT_«a22»_«x40»", "phx_«a47»", "tskey-auth-«a12»-«a24»",
		"ATBB«a24»«X8»", "HRKU-AA«u57»a", "LTAI«a20»", "oy2«k43»", "sntryu_«x64»", "duffel_live_«u42»a", "fo1_«u42»a",
		"AGE-SECRET-KEY-1«A58»", "sq«=u|p|a»_«x40»", "«a14».atlasv1.«u66»a", "pat«a14».«x64»", "cio«a32»", "v«=1|2|3|4».local.«u60»a",
		"access-production-«x8»-«x4»-«x4»-«x4»-«x12»", "«x31»a-us«d2»", "v1.0-«x24»-«x146»", "hvr.«u30»a",
	},
	detect.URLUserinfo: {
		"https://«l5»:⟦«a10»⟧@«l6».example/path?x=1", "HTTPS://«l5»:⟦«a6»%40«a3»⟧@h.example/", "ftp://«l5»:⟦«s10»x⟧@ftp.example",
		"https://x-access-token:⟦«a30»⟧@git.example/o/r.git", "http://u:⟦«a8»⟧@h.example:8080/x", "https://⟦«x31»7⟧@sentry.example/4",
	},
	detect.URLQuery: {
		"https://h.example/a?x=1&access_token=⟦«a20»⟧&y=2", "GET /cb?«=token|api_key|password|client_secret»=⟦«a12»⟧ HTTP/1.1",
		"https://b.s3.example/k?X-Amz-Date=«d8»&X-Amz-Signature=⟦«x64»⟧&x=y",
		"https://h.example/b?sv=2020-08-04&sig=⟦«a20»%2F«a10»%3D⟧&se=2026",
		"https://storage.example/o?X-GOOG-SIGNATURE=⟦«x80»⟧", "https://h.example/o?signature=⟦«a28»⟧#top",
		"https://h.example/#access_token=⟦«a30»⟧&n=1",
		"postgres://u@db.example/app?password=⟦«a10»⟧&sslmode=require", "/a?user%5Bpassword%5D=⟦«a10»⟧",
	},
	detect.ConnectionString: {
		"«=postgres|postgresql|mysql|redis|amqp|mongodb+srv»://«l5»:⟦«a12»⟧@db.example:5432/app?x=y",
		"POSTGRES://APP:⟦«A10»⟧@DB.EXAMPLE/APP",
		"mongodb://«l5»:⟦«a9»⟧@h1.example:27017,h2.example:27017,h3.example:27017/db?replicaSet=r",
		"redis://:⟦«a16»⟧@cache.example:6379/0",
		"jdbc:postgresql://u:⟦«a8»⟧@db.example/db",
		"jdbc:sqlserver://h.example:1433;databaseName=x;user=sa;password=⟦«s11»x⟧;encrypt=true",
		"jdbc:oracle:thin:scott/⟦«a8»⟧@//h.example:1521/svc", "Server=db.example;Database=app;User Id=app;Password=⟦«s11»x⟧;",
		"server=db;uid=app;pwd=⟦«a8»⟧;", "host=db.example port=5432 user=app password=⟦«a12»⟧ dbname=app sslmode=require",
		"app:⟦«a10»⟧@tcp(db.example:3306)/app?parseTime=true", "Driver={ODBC Driver 18};Server=h;UID=a;PWD={⟦«a6»;«a4»⟧};",
	},
	detect.SecretPhrase: {
		"password is: ⟦«a8»7⟧", "password=⟦«s9»x⟧", "token=⟦«a16»⟧, next=1", "the password for «l4» is ⟦«a6»9⟧",
		`{"password":"⟦«s12»⟧","user":"x"}`,
		"passwd: ⟦«a9»⟧", "DB_PASSWORD=⟦«a12»⟧", "api key: ⟦«x20»⟧", "secret = ⟦«a14»⟧", `{\"token\":\"⟦«a18»⟧\",\"n\":1}`,
		"--password ⟦«a9»1⟧",
		"map[password:⟦«a8»⟧ user:bob]", "{Password:⟦«a8»⟧ User:bob}", "X-Api-Key: ⟦«a24»⟧", "pin is ⟦«d4»⟧",
		"password '⟦«a5» «a4»7⟧' refused",
		"Cookie: ⟦sid=«a20»; theme=dark⟧\n", "<password>⟦«a10»⟧</password>", "token ⟦«a3»7«l2»Q9«a12»x1Y⟧ expired",
		"client_secret=⟦«a20»⟧&grant_type=x",
		"passphrase: ⟦«l5» «l6» «l4»⟧\n", "password => '⟦«a8»⟧'",
		`{"name":"DB_PASSWORD","value":"⟦«a9»⟧"}`, `<Password Type="text">⟦«a9»⟧</Password>`, `CREATE USER app IDENTIFIED BY '⟦«a9»⟧'`,
		"{User:ann Password:⟦«l5» «a6» «l4»⟧ Age:«d2»}", `["run","--password","⟦«a9»⟧","-v"]`, "curl -u admin:⟦«a9»⟧ https://h.example/",
		"redis-cli -a ⟦«a9»⟧ ping", "Authorization: Bot ⟦«a20»1⟧",
		`password=main.Str("⟦«a9»⟧")`, "app:\n  password:\n    ⟦«a9»⟧\n  port: «d4»",
		"password=“⟦«a5» «a4»⟧”", "Key (password)=(⟦«a9»⟧) already exists",
	},
}

// jwt returns a token of three parts, or of five.
func (g *Generator) jwt() string {
	header := pick(g, []string{
		`{"alg":"HS256","typ":"JWT"}`, `{"typ":"JWT","alg":"RS256","kid":"«a12»"}`, `{"alg":"ES256"}`, `{"kid":"«u20»","alg":"EdDSA"}`,
		"{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", `{"alg":"RSA-OAEP","enc":"A256GCM"}`,
	})
	part := func(form string) string { return base64.RawURLEncoding.EncodeToString([]byte(g.fill(form))) }
	if header[8:11] == "RSA" {
		return part(header) + g.fill(".«u60».«u16».«u40».«u21»a")
	}
	return part(header) + "." + part(`{"sub":"«d10»","name":"«l5»","iat":«d10»}`) + g.fill(".«u42»a")
}

func (g *Generator) basic() string {
	return base64.StdEncoding.EncodeToString([]byte(g.fill("«l5»:«s8»«=|a|bc»")))
}
