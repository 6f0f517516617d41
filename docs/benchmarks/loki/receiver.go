package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"time"

	"github.com/golang/snappy"
	"github.com/grafana/loki/pkg/push"
)

// receive is the receiver's process: it listens on addr, appends each request to the file at path, and then
// answers. With hang it never does.
func receive(addr, path string, hang bool) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	fmt.Println(listener.Addr())
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if hang {
			<-r.Context().Done()
			return
		}
		frame := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
		if _, err := file.Write(append(frame, body...)); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})}
	return srv.Serve(listener)
}

// receiver is the process, as the benchmark sees it.
type receiver struct {
	path, addr string
	hang       bool
	cmd        *exec.Cmd
}

func startReceiver(path string, hang bool) (*receiver, error) {
	r := &receiver{path: path, addr: "127.0.0.1:0", hang: hang}
	return r, r.start()
}

// start starts the process, on the address that it had before.
func (r *receiver) start() error {
	args := []string{"-receive", r.addr, "-file", r.path, fmt.Sprint("-hang=", r.hang)}
	r.cmd = exec.CommandContext(context.Background(), os.Args[0], args...) //nolint:gosec // the program itself
	r.cmd.Env = append(os.Environ(), isReceiver+"=1")
	r.cmd.Stderr = os.Stderr
	out, err := r.cmd.StdoutPipe()
	if err := errors.Join(err, r.cmd.Start()); err != nil {
		return fmt.Errorf("start receiver: %w", err)
	}
	if _, err := fmt.Fscanln(out, &r.addr); err != nil {
		return fmt.Errorf("start receiver: %w", err)
	}
	return nil
}

// kill ends the process as it ends in a crash.
func (r *receiver) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// arrived is what a receiver has in its file.
type arrived struct {
	distinct, all int
	bytes         int64
}

var number = regexp.MustCompile(`request (\d+)`)

// read reads the file.
func (r *receiver) read() (arrived, error) {
	var a arrived
	file, err := os.Open(r.path)
	if err != nil {
		return a, err
	}
	defer func() { _ = file.Close() }()
	in := bufio.NewReader(file)
	seen := make(map[string]struct{})
	for {
		var size uint32
		if err := binary.Read(in, binary.LittleEndian, &size); err != nil {
			return a, nil // a frame that was torn by kill was not answered
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(in, body); err != nil {
			return a, nil
		}
		a.bytes += int64(size)
		plain, err := snappy.Decode(nil, body)
		if err != nil {
			return a, err
		}
		var req push.PushRequest
		if err := req.Unmarshal(plain); err != nil {
			return a, err
		}
		for _, s := range req.Streams {
			for _, e := range s.Entries {
				a.all++
				seen[string(number.FindSubmatch([]byte(e.Line))[1])] = struct{}{}
			}
		}
		a.distinct = len(seen)
	}
}
