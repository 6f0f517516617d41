package slogxredact_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx"
	slogxredact "github.com/slogx-go/slogx/slogx-redact"
)

// plainJSON writes JSON without times, so that the examples have one output.
func plainJSON() slog.Handler {
	return slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

func Example() {
	log := slog.New(slogxredact.NewHandler(plainJSON(), nil))

	log.Info("login", "user", "ann", "accessToken", "abc123")
	log.Error("cannot connect", "err", errors.New("dial postgres://app:abc123@db.example/orders"))
	log.Info("called", "header", map[string]string{"Authorization": "Bearer abc123", "Accept": "*/*"})
	// Output:
	// {"level":"INFO","msg":"login","user":"ann","accessToken":"REDACTED"}
	// {"level":"ERROR","msg":"cannot connect","err":"dial postgres://app:REDACTED@db.example/orders"}
	// {"level":"INFO","msg":"called","header":{"Accept":"*/*","Authorization":"REDACTED"}}
}

func ExampleRedaction() {
	p, err := slogx.Build(
		slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithSink("out", plainJSON()),
		slogxredact.Redaction(&slogxredact.Options{Paths: []string{"user.*.ssn"}}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}

	p.Logger().WithGroup("user").Info("moved", slog.Group("home", "ssn", "x", "city", "Ulm"))
	// Output:
	// {"level":"INFO","msg":"moved","user":{"home":{"ssn":"REDACTED","city":"Ulm"}}}
}

func ExampleOptions_actions() {
	log := slog.New(slogxredact.NewHandler(plainJSON(), &slogxredact.Options{
		Presets: []slogxredact.Preset{slogxredact.PresetCredentials, slogxredact.PresetPCI, slogxredact.PresetPII},
		HashKey: []byte("a key of at least 16 bytes"),
		Actions: map[string]slogxredact.Action{
			"card":  slogxredact.ActionPartial,
			"email": slogxredact.ActionHash,
			"key":   slogxredact.ActionDrop,
		},
	}))

	log.Info("paid with 4111 1111 1111 1111 by jane@example.com", "cvv", 123, "amount", 42)
	// Output:
	// {"level":"INFO","msg":"paid with **** **** **** 1111 by hmac:19e9d7bb594f00a7e1c04bdc3fb5b070","amount":42}
}

func ExampleOptions_allow() {
	log := slog.New(slogxredact.NewHandler(plainJSON(), &slogxredact.Options{Allow: []string{"status", "user.id"}}))

	log.Info("served", "status", 200, slog.Group("user", "id", 7, "name", "Ann"))
	// Output:
	// {"level":"INFO","msg":"served","status":200,"user":{"id":7,"name":"REDACTED"}}
}

func ExampleSecret() {
	type config struct {
		User     string
		Password slogxredact.Secret[string]
	}
	c := config{"app", slogxredact.NewSecret("abc123")}

	fmt.Printf("%v %+v\n", c, c)
	fmt.Println(c.Password.Reveal())
	// Output:
	// {app REDACTED} {User:app Password:REDACTED}
	// abc123
}

func ExampleRedactType() {
	type pin int
	log := slog.New(slogxredact.NewHandler(plainJSON(), &slogxredact.Options{Types: []slogxredact.Type{slogxredact.RedactType[pin]()}}))

	log.Info("door", "code", pin(1234), "tries", []any{pin(1), 2})
	// Output:
	// {"level":"INFO","msg":"door","code":"REDACTED","tries":["REDACTED",2]}
}

// Wrap is NewHandler for whoever composes handlers as funcs.
func ExampleWrap() {
	wrap := slogxredact.Wrap(&slogxredact.Options{Keys: []string{"badge_number"}})

	slog.New(wrap(plainJSON())).Info("entered", "badgeNumber", 7, "door", "north")
	// Output:
	// {"level":"INFO","msg":"entered","badgeNumber":"REDACTED","door":"north"}
}
