package servers

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gogo/protobuf/proto"
	"github.com/golang/snappy"
	"github.com/grafana/loki/pkg/push"
)

// Receiver takes pushes as Loki does, and has written one to its file before it answers 204: unlike the
// real servers it loses nothing that it acknowledged when it is killed. It keeps what it gets as it is, as
// often as it comes.
type Receiver struct {
	process

	url, path string
}

// ReceiverOptions are the options of [StartReceiver]. A nil *ReceiverOptions means the defaults.
type ReceiverOptions struct {
	// Delay is how long an answer takes once the push is written.
	Delay time.Duration
}

// The environment of the process.
const (
	varAddress = "SLOGX_TEST_RECEIVER_ADDRESS"
	varFile    = "SLOGX_TEST_RECEIVER_FILE"
	varDelay   = "SLOGX_TEST_RECEIVER_DELAY"
)

// StartReceiver starts the program itself once more, as a Receiver with its data in the folder dir. The
// program calls [RunReceiver] before anything else.
func StartReceiver(ctx context.Context, dir string, opts *ReceiverOptions) (*Receiver, error) {
	var o ReceiverOptions
	if opts != nil {
		o = *opts
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start receiver: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	address, path := "127.0.0.1:"+port, filepath.Join(dir, "pushes")
	r := &Receiver{
		process: process{
			name: "receiver", path: self, readyURL: "http://" + address + "/ready", logPath: filepath.Join(dir, "receiver.log"),
			env: []string{varAddress + "=" + address, varFile + "=" + path, varDelay + "=" + o.Delay.String()},
		},
		url: "http://" + address, path: path,
	}
	return r, r.Start(ctx)
}

// URL implements [Server].
func (r *Receiver) URL() string { return r.url + "/loki/api/v1/push" }

// Each implements [Server]: all entries, push by push, in the order in which they came. It does not ask the
// process, which need not run.
func (r *Receiver) Each(_ context.Context, _ time.Time, f func(Entry) error) error {
	streams := make(map[string]map[string]string)
	return r.EachPush(func(p *push.PushRequest) error { return eachOfPush(p, streams, f) })
}

// EachPush calls f for each push, in the order in which they came, until f fails.
func (r *Receiver) EachPush(f func(*push.PushRequest) error) error {
	file, err := os.Open(r.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read pushes: %w", err)
	}
	defer file.Close() //nolint:errcheck // it is read
	in := bufio.NewReaderSize(file, 1<<20)
	var head [4]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return ignoreEnd(err)
		}
		body := make([]byte, binary.LittleEndian.Uint32(head[:]))
		if _, err := io.ReadFull(in, body); err != nil {
			return ignoreEnd(err)
		}
		p, err := Decode(body)
		if err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
	}
}

// ignoreEnd returns err unless it is about the end, also in the middle of a push: the Receiver was killed while it
// wrote that, and nobody was told that it had it.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return fmt.Errorf("read pushes: %w", err)
}

// Decode reads the body of a push with the types of Loki.
func Decode(body []byte) (*push.PushRequest, error) {
	raw, err := snappy.Decode(nil, body)
	if err != nil {
		return nil, fmt.Errorf("decompress push: %w", err)
	}
	var p push.PushRequest
	if err := proto.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("decode push: %w", err)
	}
	return &p, nil
}

// eachOfPush calls f for the entries of p. Labels of streams that were seen before are in streams.
func eachOfPush(p *push.PushRequest, streams map[string]map[string]string, f func(Entry) error) error {
	for _, s := range p.Streams {
		labels, ok := streams[s.Labels]
		if !ok {
			var err error
			if labels, err = parseLabels(s.Labels); err != nil {
				return err
			}
			streams[s.Labels] = labels
		}
		for _, e := range s.Entries {
			var metadata map[string]string
			if len(e.StructuredMetadata) > 0 {
				metadata = make(map[string]string, len(e.StructuredMetadata))
			}
			for _, m := range e.StructuredMetadata {
				metadata[m.Name] = m.Value
			}
			if err := f(Entry{Time: e.Timestamp, Line: e.Line, Labels: labels, Metadata: metadata}); err != nil {
				return err
			}
		}
	}
	return nil
}

// RunReceiver is the Receiver, in the process that [StartReceiver] starts. In any other it returns false at
// once.
func RunReceiver() (ran bool, err error) {
	address := os.Getenv(varAddress)
	if address == "" {
		return false, nil
	}
	delay, err := time.ParseDuration(os.Getenv(varDelay))
	if err != nil {
		return true, fmt.Errorf("run receiver: %w", err)
	}
	f, err := os.OpenFile(os.Getenv(varFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return true, fmt.Errorf("run receiver: %w", err)
	}
	defer f.Close() //nolint:errcheck // each push was written by itself
	if err := cutTornPush(f); err != nil {
		return true, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("POST /loki/api/v1/push", &pushes{file: f, delay: delay})
	srv := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Minute}
	return true, fmt.Errorf("run receiver: %w", srv.ListenAndServe())
}

// cutTornPush removes the push that the receiver was killed in.
func cutTornPush(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("run receiver: %w", err)
	}
	var whole int64
	for head := make([]byte, 4); whole+4 <= size; {
		if _, err := f.ReadAt(head, whole); err != nil {
			return fmt.Errorf("run receiver: %w", err)
		}
		next := whole + 4 + int64(binary.LittleEndian.Uint32(head))
		if next > size {
			break
		}
		whole = next
	}
	if err := f.Truncate(whole); err != nil {
		return fmt.Errorf("run receiver: %w", err)
	}
	_, err = f.Seek(whole, io.SeekStart)
	return err
}

// pushes appends what it gets to a file.
type pushes struct {
	mu    sync.Mutex
	file  io.Writer
	delay time.Duration
}

func (p *pushes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	if _, err := Decode(body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	_, err = p.file.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(body))), body...))
	p.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if p.delay > 0 {
		select {
		case <-time.After(p.delay):
		case <-r.Context().Done():
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
