package slogxloki

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// children are what the test binary does instead of testing when child is set.
var children = map[string]func() error{}

const child = "SLOGX_TEST_CHILD"

// TestMain fails when a test leaves a goroutine of ours behind.
func TestMain(m *testing.M) {
	if f, ok := children[os.Getenv(child)]; ok {
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if stacks := leftBehind(); code == 0 && stacks != "" {
		fmt.Fprintln(os.Stderr, "goroutines left behind:\n"+stacks)
		code = 1
	}
	os.Exit(code)
}

func leftBehind() (stacks string) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); runtime.Gosched() {
		buf := make([]byte, 1<<20)
		stacks = ""
		for s := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(s, "slogxloki.(*") || strings.Contains(s, "net/http.(*persistConn)") {
				stacks += s + "\n\n"
			}
		}
		if stacks == "" {
			return ""
		}
	}
	return stacks
}
