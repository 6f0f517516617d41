package slogx_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

const secret = "hunter2"

type secretValuer struct{}

func (secretValuer) LogValue() slog.Value { return slog.StringValue(secret) }

// logSecrets logs a secret wherever one may stand.
func logSecrets(log *slog.Logger) {
	ctx := slogx.ContextWithAttrs(context.Background(), slog.String("ctx", secret))
	slogx.Named(log, secret).With("with", secret, slog.Group("group", "in", secret, slog.Group("deep", "er", secret))).
		WithGroup("open").With("valuer", secretValuer{}).
		ErrorContext(ctx, "message "+secret, "attr", secret, "err", errors.New(secret), "map", map[string]string{secret: secret}, slog.Group("g", "k", []byte(secret)))
}

func TestRedactionThatCannotBeHadMasksEverything(t *testing.T) {
	linkedTo := func(open func() (slogx.Option, error)) func() {
		return func() {
			slogx.RegisterExtension("redact", func(context.Context, slogx.ExtensionConfig) (slogx.Option, error) { return open() })
		}
	}
	pass := slogx.WithHandler(slogx.StageRedact, func(h slog.Handler) slog.Handler { return h })
	for _, tt := range []struct {
		name string
		link func()
		env  env
		opt  slogx.Option
		want string
	}{
		{"not linked, used", nil, env{"SLOGX_USE": "redact"}, slogx.Option{}, `import _ "github.com/slogx-go/slogx/slogx-redact"`},
		{"not linked, set", nil, env{"SLOGX_REDACT_KEYS": "pin"}, slogx.Option{}, `import _ "github.com/slogx-go/slogx/slogx-redact"`},
		{"misspelled", nil, env{"SLOGX_USE": "Redcat"}, slogx.Option{}, "redcat"},
		{"misspelled variable", nil, env{"SLOGX_REDCAT_KEYS": "pin"}, slogx.Option{}, "SLOGX_REDCAT_KEYS"},
		{"fails", linkedTo(func() (slogx.Option, error) { return slogx.Option{}, errors.New("no rules") }), env{"SLOGX_USE": "redact"}, slogx.Option{}, "no rules"},
		{"panics", linkedTo(func() (slogx.Option, error) { panic("boom") }), env{"SLOGX_USE": "redact"}, slogx.Option{}, "panic: boom"},
		{"adds nothing", linkedTo(func() (slogx.Option, error) { return slogx.Option{}, nil }), env{"SLOGX_USE": "redact"}, slogx.Option{}, "it added no handler at the stage redact"},
		{"wrapper panics", linkedTo(func() (slogx.Option, error) {
			return slogx.WithHandler(slogx.StageRedact, func(slog.Handler) slog.Handler { panic("boom") }), nil
		}), env{"SLOGX_USE": "redact"}, slogx.Option{}, "stage redact"},
		{"yes and no", linkedTo(func() (slogx.Option, error) { return pass, errors.New("no rules") }), env{"SLOGX_USE": "-redact,redact"}, slogx.Option{}, "not both"},
		{"in production", linkedTo(func() (slogx.Option, error) { return slogx.Option{}, errors.New("no rules") }), nil, slogx.WithPreset(slogx.PresetProduction), "no rules"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slogx.IsolateRegistry(t)
			if tt.link != nil {
				tt.link()
			}
			_, err := slogx.Build(environment(tt.env), tt.opt, slogx.WithOutput(&output{}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Build: %v, want an error with %q", err, tt.want)
			}
			var out output
			vars := env{"SLOGX_SERVICE": secret}
			maps.Copy(vars, tt.env)
			standardError(t, func() {
				log := slogx.New(environment(vars), tt.opt, slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON), slogx.WithAttrs(slog.String("fixed", secret)))
				logSecrets(log)
				if err := slogx.Shutdown(t.Context(), log); err != nil {
					t.Error(err)
				}
			})
			records := out.records(t)
			readable := 0
			for _, r := range records[:len(records)-1] {
				if text, _ := r["error"].(string); r["level"] == "ERROR" && strings.Contains(text, tt.want) {
					readable++
				}
			}
			if readable != 1 {
				t.Errorf("%d ERROR records say why: %v", readable, records)
			}
			group := map[string]any{"in": "REDACTED", "deep": map[string]any{"er": "REDACTED"}}
			want := map[string]any{
				"level": "ERROR", "msg": "REDACTED", "service.name": "REDACTED", "fixed": "REDACTED", "logger": "REDACTED", "ctx": "REDACTED",
				"with": "REDACTED", "group": group,
				"open": map[string]any{
					"valuer": "REDACTED", "attr": "REDACTED", "err": "REDACTED", "map": "REDACTED", "g": map[string]any{"k": "REDACTED"},
				},
			}
			if diff := cmp.Diff(want, records[len(records)-1]); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhenLinkedRedactionIsUsed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		env    env
		opts   []slogx.Option
		opened int
	}{
		{"default", nil, nil, 0},
		{"named", env{"SLOGX_USE": "redact"}, nil, 1},
		{"named in capitals", env{"SLOGX_USE": "REDACT"}, nil, 1},
		{"production", env{"SLOGX_PRESET": "production"}, nil, 1},
		{"production by option", nil, []slogx.Option{slogx.WithPreset(slogx.PresetProduction)}, 1},
		{"production, named too", env{"SLOGX_PRESET": "production", "SLOGX_USE": "redact"}, nil, 1},
		{"production, but no", env{"SLOGX_PRESET": "production", "SLOGX_USE": "-redact"}, nil, 0},
		{"production, with a handler of one's own", env{"SLOGX_PRESET": "production"}, []slogx.Option{
			slogx.WithHandler(slogx.StageRedact, func(h slog.Handler) slog.Handler { return h }),
		}, 0},
		{"set", env{"SLOGX_REDACT_KEYS": "pin"}, nil, 1},
		{"set, but no", env{"SLOGX_REDACT_KEYS": "pin", "SLOGX_USE": "-redact"}, nil, 0},
		{"preset that cannot be read", env{"SLOGX_PRESET": "prodution"}, nil, 1},
		{"preset that is none", nil, []slogx.Option{slogx.WithPreset("prodution")}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slogx.IsolateRegistry(t)
			slogx.RegisterVars("redact", slogx.Var{Name: "SLOGX_REDACT_KEYS"})
			opened, passed := 0, 0
			slogx.RegisterExtension("Redact", func(_ context.Context, c slogx.ExtensionConfig) (slogx.Option, error) {
				opened++
				if c.Name != "redact" || c.Service != "orders" || c.OnError == nil {
					t.Errorf("opened with %+v", c)
				}
				return slogx.WithHandler(slogx.StageRedact, spying(func([]slog.Attr, slog.Record) { passed++ })), nil
			})
			if tt.env == nil {
				tt.env = env{}
			}
			tt.env["SLOGX_SERVICE"] = "orders"
			rec := slogxtest.NewRecorder(t)
			standardError(t, func() {
				log := slogx.New(append(tt.opts, environment(tt.env), slogx.WithSink("rec", rec))...)
				log.Info("m")
			})
			if opened != tt.opened || passed != tt.opened {
				t.Errorf("opened %d times, passed by %d records, want %d", opened, passed, tt.opened)
			}
			for _, r := range rec.Records() {
				if r.Level == slog.LevelWarn || r.Message == "REDACTED" {
					t.Errorf("logged %v", r)
				}
			}
		})
	}
}

func TestProductionWithoutRedactionSaysSoOnce(t *testing.T) {
	own := slogx.WithHandler(slogx.StageRedact, func(h slog.Handler) slog.Handler { return h })
	for _, tt := range []struct {
		name string
		env  env
		opt  slogx.Option
		want int
	}{
		{"production", env{"SLOGX_PRESET": "production"}, slogx.Option{}, 1},
		{"said no", env{"SLOGX_PRESET": "production", "SLOGX_USE": "-redact"}, slogx.Option{}, 0},
		{"own handler", env{"SLOGX_PRESET": "production"}, own, 0},
		{"not interested in WARN", env{"SLOGX_PRESET": "production", "SLOGX_LEVEL": "error"}, slogx.Option{}, 0},
		{"default", nil, slogx.Option{}, 0},
	} {
		for how, open := range map[string]func(...slogx.Option){
			"New": func(opts ...slogx.Option) { slogx.New(opts...) },
			"Build": func(opts ...slogx.Option) {
				if _, err := slogx.Build(opts...); err != nil {
					t.Errorf("%s: %v", tt.name, err)
				}
			},
		} {
			rec := slogxtest.NewRecorder(t)
			open(environment(tt.env), tt.opt, slogx.WithSink("rec", rec))
			got := rec.Records()
			if len(got) != tt.want {
				t.Errorf("%s, %s: logged %v", how, tt.name, got)
			}
			for _, r := range got {
				hint, _ := r.Attr("hint")
				if r.Level != slog.LevelWarn || !strings.Contains(hint.String(), "slogx-redact") || !strings.Contains(hint.String(), "SLOGX_USE=-redact") {
					t.Errorf("%s, %s: logged %+v", how, tt.name, r)
				}
			}
		}
	}
}

func TestMaskKeepsWhatIsNoValue(t *testing.T) {
	var out output
	standardError(t, func() {
		log := slogx.New(environment(env{"SLOGX_USE": "redact"}), slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON), slogx.WithSource(true))
		log.Warn("m", slog.Attr{}, slog.Group("empty"), slog.Group("", "inline", secret))
		log.WithGroup("g").WithGroup("").With().Info("m")
	})
	records := out.records(t)[1:]
	delete(records[0], slog.SourceKey)
	delete(records[1], slog.SourceKey)
	want := []map[string]any{
		{"level": "WARN", "msg": "REDACTED", "inline": "REDACTED"}, {"level": "INFO", "msg": "REDACTED"},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}
