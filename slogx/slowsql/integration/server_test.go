//go:build unix

package integration

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// patience is for a machine that does much else.
const patience = 2 * time.Minute

// A server is a database server that is being set up, and its folder.
type server struct {
	t    *testing.T
	dir  string
	cred *syscall.Credential // of who runs it; nil for the one who runs the test
	out  bytes.Buffer        // of all that it ran
}

// newServer makes the folder of a server. Servers refuse to run as root.
func newServer(t *testing.T) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "slowsql") //nolint:usetesting // only its owner may pass through t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s := &server{t: t, dir: dir}
	if os.Geteuid() != 0 {
		return s
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	return s
}

// find returns the path of a program of a Debian package.
func (s *server) find(pkg, name string, folders ...string) string {
	s.t.Helper()
	for _, folder := range folders {
		if found, _ := filepath.Glob(filepath.Join(folder, name)); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		s.t.Fatalf("%v: install the Debian package %s", err, pkg)
	}
	return path
}

func (s *server) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &s.out, &s.out
	cmd.Env = append(os.Environ(), "HOME="+s.dir, "TMPDIR="+s.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	return cmd
}

// run runs a program to its end.
func (s *server) run(path string, args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.command(ctx, path, args...).Run(); err != nil {
		s.t.Fatalf("run %s: %v\n%s", path, err, &s.out)
	}
}

// start starts a program, waits until it answers, and stops it when the test ends.
func (s *server) start(driver, dsn string, stop os.Signal, path string, args ...string) {
	s.t.Helper()
	cmd := s.command(context.Background(), path, args...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(stop)
		select {
		case err := <-ended:
			if err != nil {
				s.t.Logf("%s: %v", path, err) // how it ends when it is told to is its own affair
			}
		case <-time.After(patience):
			_ = cmd.Process.Kill()
			s.t.Errorf("%s did not end: %v\n%s", path, <-ended, &s.out)
		}
	})
	if err := s.answers(driver, dsn, ended); err != nil {
		s.t.Fatalf("%s does not answer: %v", path, err)
	}
}

func (s *server) answers(driver, dsn string, ended chan error) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case end := <-ended:
			ended <- end
			return fmt.Errorf("it ended: %v\n%s", end, &s.out) //nolint:errorlint // for a person
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// startPostgres starts a PostgreSQL server and returns how to connect to it.
func startPostgres(t *testing.T) (dsn string) {
	t.Helper()
	const pkg, folder = "postgresql", "/usr/lib/postgresql/*/bin"
	s := newServer(t)
	data := filepath.Join(s.dir, "data")
	s.run(s.find(pkg, "initdb", folder), "--pgdata", data, "--username", "test", "--auth", "trust", "--no-locale", "--encoding", "UTF8", "--no-sync")
	dsn = "host=" + s.dir + " user=test database=postgres"
	s.start("pgx", dsn, syscall.SIGINT, s.find(pkg, "postgres", folder), "-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off")
	return dsn
}

// startMariaDB starts a MariaDB server and returns how to connect to it.
func startMariaDB(t *testing.T) (dsn string) {
	t.Helper()
	const pkg = "mariadb-server"
	s := newServer(t)
	data, socket := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "socket")
	s.run(s.find(pkg, "mariadb-install-db"), "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	dsn = "root@unix(" + socket + ")/mysql"
	s.start("mysql", dsn, syscall.SIGTERM, s.find(pkg, "mariadbd", "/usr/sbin"), "--no-defaults", "--datadir="+data, "--socket="+socket,
		"--skip-networking", "--pid-file="+filepath.Join(s.dir, "pid"), "--tmpdir="+s.dir)
	return dsn
}
