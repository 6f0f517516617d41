package enrich

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// static returns an Enricher that adds attrs but for those whose value is the empty string.
func static(attrs ...slog.Attr) Enricher {
	var known []slog.Attr
	for _, a := range attrs {
		if a.Value.Kind() != slog.KindString || a.Value.String() != "" {
			known = append(known, a)
		}
	}
	return func(_ context.Context, attrs []slog.Attr) []slog.Attr { return append(attrs, known...) }
}

// Host returns an Enricher that adds host.name, host.arch and os.type. A name that cannot be found out
// is left out.
func Host() Enricher {
	name, err := os.Hostname()
	if err != nil {
		name = ""
	}
	return static(
		slog.String("host.name", name),
		slog.String("host.arch", hostArch(runtime.GOARCH)),
		slog.String("os.type", osType(runtime.GOOS)),
	)
}

// hostArch returns the value of host.arch for a GOARCH: OpenTelemetry's where it has one.
func hostArch(goarch string) string {
	switch goarch {
	case "386":
		return "x86"
	case "arm":
		return "arm32"
	case "ppc":
		return "ppc32"
	case "ppc64le":
		return "ppc64"
	default:
		return goarch
	}
}

// osType returns the value of os.type for a GOOS: OpenTelemetry's where it has one.
func osType(goos string) string {
	if goos == "dragonfly" {
		return "dragonflybsd"
	}
	return goos
}

// Process returns an Enricher that adds process.pid, process.executable.name, process.runtime.name,
// which is "go" ("gccgo", "tinygo" of these compilers), and process.runtime.version. It never adds the
// command line, which may hold secrets.
func Process() Enricher {
	path, err := os.Executable()
	if err != nil && len(os.Args) > 0 {
		path = os.Args[0]
	}
	if path != "" {
		path = filepath.Base(path)
	}
	name := runtime.Compiler
	if name == "gc" {
		name = "go"
	}
	return static(
		slog.Int("process.pid", os.Getpid()),
		slog.String("process.executable.name", path),
		slog.String("process.runtime.name", name),
		slog.String("process.runtime.version", runtime.Version()),
	)
}

// BuildInfo returns an Enricher that adds what the go command wrote into the program: service.version,
// which is the version of the main module; go.version; vcs.ref.head.revision, the commit; vcs.time, its
// time; and vcs.modified, whether files were changed since. What it did not write (a version in a build
// of a working directory without tags, the commit in a test) is left out. For the keys that
// OpenTelemetry does not have see [debug.BuildSetting].
//
// A pipeline that is told the version of the service adds a service.version itself.
func BuildInfo() Enricher {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return static(buildAttrs(info)...)
}

func buildAttrs(info *debug.BuildInfo) []slog.Attr {
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	version := info.Main.Version
	if version == "(devel)" {
		version = ""
	}
	attrs := []slog.Attr{
		slog.String("service.version", version),
		slog.String("go.version", cmp.Or(info.GoVersion, runtime.Version())),
		slog.String("vcs.ref.head.revision", settings["vcs.revision"]),
		slog.String("vcs.time", settings["vcs.time"]),
	}
	if modified, ok := settings["vcs.modified"]; ok {
		attrs = append(attrs, slog.Bool("vcs.modified", modified == "true"))
	}
	return attrs
}
