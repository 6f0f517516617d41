package lokiclient

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/grafana/loki-client-go/loki"
	"github.com/grafana/loki/pkg/push"
	"github.com/prometheus/common/model"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// maxLineBytes is what Loki takes unless told otherwise.
const maxLineBytes = slogxloki.DefaultMaxLineBytes

// NewHandler returns a queue of records before client. It never fails: what is wrong with the queue's
// options or the schema is replaced by the defaults.
//
// Shut it down before client.Stop. It does not stop the client.
func NewHandler(client *loki.Client, opts *Options) *async.Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Level == nil {
		o.Level = slog.LevelInfo
	}
	var queue async.Options
	if o.Queue != nil {
		queue = *o.Queue
	}
	if queue.Overflow == "" {
		queue.Overflow = async.DropOldest
	}
	labels := model.LabelSet{"service_name": model.LabelValue(o.Service)}
	if o.Service == "" {
		labels["service_name"] = model.LabelValue(slogxloki.UnknownService())
	}
	for name, value := range slogxloki.MapLabels(o.Labels) {
		labels[model.LabelName(name)] = model.LabelValue(value)
	}
	h := &handler{
		streams: &streams{client: client, labels: labels, last: make(map[string]time.Time), sets: make(map[string]model.LabelSet)},
		level:   o.Level,
		line: jsonlog.NewHandler(nil, &jsonlog.Options{
			AddSource: o.AddSource, Schema: o.Schema, GCPProject: o.GCPProject, MaxRecordBytes: maxLineBytes,
		}),
	}
	if !o.NoMetadata {
		h.metadata = slogxloki.DefaultMetadata()
	}
	return async.NewHandler(h, &queue)
}

// handler calls the client. Only one goroutine calls its Handle, that of the queue, and so nothing here is
// locked.
type handler struct {
	*streams

	level    slog.Leveler
	line     *jsonlog.Handler
	metadata []string
}

// streams are the streams of the records, one a level.
type streams struct {
	client *loki.Client
	labels model.LabelSet
	sets   map[string]model.LabelSet // by level
	last   map[string]time.Time      // the same
}

var _ chain.Handler = (*handler)(nil)

func (h *handler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level.Level() }

func (h *handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

func (h *handler) HandleTop(_ context.Context, top []slog.Attr, r slog.Record) error {
	var metadata push.LabelsAdapter
	rest := make([]slog.Attr, 0, len(top))
	for _, a := range top {
		if v := a.Value.Resolve(); v.Kind() == slog.KindString && slices.Contains(h.metadata, a.Key) {
			metadata = append(metadata, push.LabelAdapter{Name: a.Key, Value: v.String()})
		} else {
			rest = append(rest, a)
		}
	}
	line := h.line.AppendRecord(nil, rest, r)
	level := slogxloki.LevelName(r.Level)
	return h.client.HandleWithMetadata(h.set(level), h.time(level, r.Time), string(line[:len(line)-1]), metadata)
}

// set returns the labels of a level.
func (s *streams) set(level string) model.LabelSet {
	set, ok := s.sets[level]
	if !ok {
		set = s.labels.Clone()
		set["level"] = model.LabelValue(level)
		s.sets[level] = set
	}
	return set
}

// time returns t, or the time of the level's last record if t is before it: Loki may want order.
func (s *streams) time(level string, t time.Time) time.Time {
	if t.IsZero() {
		t = time.Now()
	}
	if last := s.last[level]; t.Before(last) {
		return last
	}
	s.last[level] = t
	return t
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	h2 := *h
	h2.line = h.line.WithAttrs(attrs).(*jsonlog.Handler) //nolint:forcetypeassert // it returns its own type
	return &h2
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := *h
	h2.line = h.line.WithGroup(name).(*jsonlog.Handler) //nolint:forcetypeassert // it returns its own type
	return &h2
}
