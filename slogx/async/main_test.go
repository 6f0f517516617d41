package async

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain fails when a test leaves a worker behind.
func TestMain(m *testing.M) {
	code := m.Run()
	if stacks := leftBehind(); code == 0 && stacks != "" {
		fmt.Fprintln(os.Stderr, "goroutines left behind:\n"+stacks)
		code = 1
	}
	os.Exit(code)
}

// leftBehind returns the stacks of workers that do not end by themselves.
func leftBehind() (stacks string) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); runtime.Gosched() {
		buf := make([]byte, 1<<20)
		stacks = ""
		for s := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(s, "async.(*queue") {
				stacks += s + "\n\n"
			}
		}
		if stacks == "" {
			return ""
		}
	}
	return stacks
}
