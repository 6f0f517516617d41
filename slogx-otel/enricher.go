package slogxotel

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/baggage"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// Enricher returns an enricher that adds trace_id, span_id and trace_flags of the span that is active in the
// context of the record, and the members of the baggage that opts name. Where there is no span, it adds the ids
// of the trace that package tracectx finds otherwise.
//
// A pipeline of package slogx adds the ids by itself: use [Correlation] there.
func Enricher(opts *Options) enrich.Enricher {
	o := opts.settled()
	o.report(opts.Validate())
	members := members(o.Baggage)
	if len(members) == 0 {
		return tracectx.AppendAttrs // so that package enrich knows it
	}
	return func(ctx context.Context, attrs []slog.Attr) []slog.Attr {
		return members.appendAttrs(ctx, tracectx.AppendAttrs(ctx, attrs))
	}
}

// members are the names of members of the baggage.
type members []string

// appendAttrs appends those that the baggage of ctx has.
func (m members) appendAttrs(ctx context.Context, attrs []slog.Attr) []slog.Attr {
	if len(m) == 0 || ctx == nil {
		return attrs
	}
	b := baggage.FromContext(ctx)
	if b.Len() == 0 {
		return attrs
	}
	for _, name := range m {
		if member := b.Member(name); member.Key() != "" {
			attrs = append(attrs, slog.String(name, member.Value()))
		}
	}
	return attrs
}
