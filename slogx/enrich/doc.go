// Package enrich adds attributes to every record: of the request that its context belongs to, the host,
// the build, the process, the runtime and the pod.
//
//	h := enrich.NewHandler(next, enrich.ContextAttrs(), enrich.Trace(), enrich.BuildInfo())
//
// The attributes stand at the top level of the record, whatever groups are open on the logger. They
// cost no allocation where next is a [chain.Handler].
//
// # Enrichers
//
// An [Enricher] appends attributes to a slice and returns it, as append does:
//
//	func tenant(ctx context.Context, attrs []slog.Attr) []slog.Attr {
//		if t, ok := tenantFrom(ctx); ok {
//			attrs = append(attrs, slog.String("tenant.id", t))
//		}
//		return attrs
//	}
//
// It runs in the goroutine that logs, once for each record: what is slow, it should have ready. It must
// not keep the slice, and must not log to the handler that it serves. The slice that it gets is empty,
// with room to append to: no enricher can see, change or lose what others added. Whatever slice it
// returns, what is in it is copied.
//
// An enricher that panics costs its own attributes. In their place stands one with the key
// "!ENRICHER" whose value says why and names the func: "!PANIC: no tenant in main.tenant".
//
// # The enrichers of this package
//
// [ContextAttrs] and [Trace] look at the context of each record. [Host], [BuildInfo], [Process] and
// [Kubernetes] look once, when they are made. [Runtime] looks now and then. Keys are those of the
// OpenTelemetry semantic conventions 1.44 where these have one; of them only service.version and k8s.*
// are stable yet.
//
// # Enrichers by name
//
// [Register] gives an enricher a name, by which configuration refers to it. The names of those above are
// context, trace, host, build, process, runtime and kubernetes.
package enrich
