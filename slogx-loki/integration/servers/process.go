package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// startWithin is how long a server may take until it is ready. The machine may be busy.
const startWithin = time.Minute

// process is a server that runs now and then.
type process struct {
	name     string
	path     string
	args     []string
	env      []string // beside that of the program
	readyURL string
	logPath  string

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{} // closed when the process is gone
}

// Start implements [Server].
func (p *process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		return nil
	}
	out, err := os.OpenFile(p.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	defer out.Close()                      //nolint:errcheck // the process has a descriptor of its own
	cmd := exec.Command(p.path, p.args...) //nolint:noctx // it outlives ctx
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = endWithParent()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended shows in its log
		close(p.done)
	}()
	if err := p.waitReady(ctx); err != nil {
		return errors.Join(fmt.Errorf("start %s: %w\n%s", p.name, err, p.log()), p.end(syscall.SIGKILL, nil))
	}
	return nil
}

func (p *process) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := get(ctx, p.readyURL)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until it is ready: %w", err)
		case <-p.done:
			return errors.New("it ended")
		case <-tick.C:
		}
	}
}

// Stop implements [Server].
func (p *process) Stop(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end(syscall.SIGTERM, ctx.Done())
}

// Kill implements [Server].
func (p *process) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end(syscall.SIGKILL, nil)
}

// Pause implements [Server].
func (p *process) Pause() error { return p.signal(syscall.SIGSTOP) }

// Resume implements [Server].
func (p *process) Resume() error { return p.signal(syscall.SIGCONT) }

func (p *process) signal(sig os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return fmt.Errorf("send %v to %s: it does not run", sig, p.name)
	}
	if err := p.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("send %v to %s: %w", sig, p.name, err)
	}
	return nil
}

// end sends sig, and SIGKILL when giveUp is closed before the process is gone.
func (p *process) end(sig syscall.Signal, giveUp <-chan struct{}) error {
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	var err error
	select {
	case <-p.done:
	case <-giveUp:
		err = fmt.Errorf("end %s: it did not end by itself, and was killed", p.name)
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	p.cmd = nil
	return err
}

// log returns the end of what the server printed.
func (p *process) log() string {
	const most = 4 << 10
	data, err := os.ReadFile(p.logPath)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-most):])
}

// findBinary returns the path of a server's binary: what the variable says, or the one in bin of the working
// directory or of a folder above it.
func findBinary(server, variable, name, build string) (string, error) {
	path := os.Getenv(variable)
	if path == "" {
		path = lookUp(filepath.Join("bin", name))
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("find %s: %w; build it in the root of the repository:\n\n\t%s\n\nor name its path in %s",
			server, err, build, variable)
	}
	return path, nil
}

// lookUp returns where path is, seen from the working directory or a folder above it.
func lookUp(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	for ; ; dir = filepath.Dir(dir) {
		found := filepath.Join(dir, path)
		if _, err := os.Stat(found); err == nil {
			return found
		}
		if dir == filepath.Dir(dir) {
			return path
		}
	}
}

// The ports of servers are below those that the system gives to outgoing connections, so that one stays free while
// its server is down. Programs that run at the same time mostly take theirs from different hundreds.
const (
	firstPort  = 20000
	hundreds   = 120
	portsInAll = 100 * hundreds
)

// nextPort is where the search for a port goes on.
var nextPort atomic.Int64

// freePort returns a port of the loopback interface that nobody listens on, and that it has not returned before.
func freePort() (string, error) {
	var err error
	for range 100 {
		offset := 100*(os.Getpid()%hundreds) + int(nextPort.Add(1))
		port := strconv.Itoa(firstPort + offset%portsInAll)
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:"+port); err == nil { //nolint:noctx // takes no time
			return port, l.Close()
		}
	}
	return "", fmt.Errorf("find a free port: %w", err)
}

// get asks for url. Any answer but 200 and 204 is an error.
func get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	_, err = do(req)
	return err
}

// do returns the body of an answer of 200 or 204.
func do(req *http.Request) ([]byte, error) {
	body, err := send(req)
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // it is read
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", req.URL, err)
	}
	return data, nil
}

// send returns the body of an answer of 200 or 204, to be read and closed.
func send(req *http.Request) (io.ReadCloser, error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK || res.StatusCode == http.StatusNoContent {
		return res.Body, nil
	}
	defer res.Body.Close() //nolint:errcheck // as much as is wanted is read
	text, _ := io.ReadAll(io.LimitReader(res.Body, 300))
	return nil, fmt.Errorf("get %s: %s: %s", req.URL, res.Status, strings.TrimSpace(string(text)))
}
