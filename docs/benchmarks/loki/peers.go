package main

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/go-kit/kit/log"
	"github.com/grafana/loki-client-go/loki"
	"github.com/prometheus/common/model"
	slogloki "github.com/samber/slog-loki/v3"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx/async"
)

// sink is a handler under measurement.
type sink struct {
	slog.Handler

	stop func(context.Context) error // at the context's deadline, if it can
}

// peer is a way to send records to Loki.
type peer struct {
	name string
	open func(url, dir string, block bool) (sink, error)
}

// peers are ours and the others. With block, callers wait for room, so that none is lost.
var peers = []peer{
	{"slogx-loki", func(url, _ string, block bool) (sink, error) { return openOurs(url, "", block) }},
	{"slogx-loki, spool", openOurs},
	{"samber/slog-loki", func(url, _ string, _ bool) (sink, error) {
		client, err := dial(url)
		if err != nil {
			return sink{}, err
		}
		return sink{slogloki.Option{Client: client, Level: slog.LevelInfo}.NewLokiHandler(), stopper(client)}, nil
	}},
	{"loki-client-go, JSON lines", func(url, _ string, _ bool) (sink, error) {
		client, err := dial(url)
		if err != nil {
			return sink{}, err
		}
		h := &lines{client: client, labels: model.LabelSet{"service_name": "bench", "level": "info"}}
		h.json = slog.NewJSONHandler(&h.buf, nil)
		return sink{h, stopper(client)}, nil
	}},
}

func openOurs(url, dir string, block bool) (sink, error) {
	opts := slogxloki.Options{URL: url, Service: "bench", SpoolDir: dir, OnError: func(error) {}}
	if block {
		opts.Overflow, opts.MaxWait = async.Block, time.Hour
	}
	h, err := slogxloki.NewHandler(&opts)
	if err != nil {
		return sink{}, err
	}
	return sink{h, h.Shutdown}, nil
}

func dial(url string) (*loki.Client, error) {
	cfg, err := loki.NewDefaultConfig(url + slogxloki.PushPath)
	if err != nil {
		return nil, err
	}
	return loki.NewWithLogger(cfg, log.NewNopLogger())
}

// stopper is Stop, which knows no deadline.
func stopper(client *loki.Client) func(context.Context) error {
	return func(context.Context) error {
		client.Stop()
		return nil
	}
}

// lines gives a client the lines of slog.JSONHandler.
type lines struct {
	client *loki.Client
	labels model.LabelSet

	mu   sync.Mutex
	buf  bytes.Buffer
	json slog.Handler
}

func (*lines) Enabled(context.Context, slog.Level) bool { return true }

func (l *lines) Handle(ctx context.Context, r slog.Record) error {
	l.mu.Lock()
	l.buf.Reset()
	err := l.json.Handle(ctx, r)
	line := l.buf.String()
	l.mu.Unlock()
	if err != nil {
		return err
	}
	return l.client.Handle(l.labels, r.Time, line)
}

func (l *lines) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l *lines) WithGroup(string) slog.Handler { return l }
