package slogx_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// child is the variable that makes the test program be one of the programs that tests run.
const child = "SLOGX_TEST_CHILD"

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	if name := os.Getenv(child); name != "" {
		_ = os.Unsetenv(child) // it begins like a variable of ours
		os.Exit(children[name]())
	}
	code := m.Run()
	if stacks := leftBehind(); code == 0 && stacks != "" {
		fmt.Fprintln(os.Stderr, "goroutines left behind:\n"+stacks)
		code = 1
	}
	os.Exit(code)
}

// children are the programs that tests run, by name. They return the exit code.
var children = map[string]func() int{}

// leftBehind returns the stacks of goroutines of ours that do not end by themselves.
func leftBehind() (stacks string) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); runtime.Gosched() {
		buf := make([]byte, 1<<20)
		stacks = ""
		for s := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(s, "slogx/slogx") && !strings.Contains(s, "TestMain") {
				stacks += s + "\n\n"
			}
		}
		if stacks == "" {
			return ""
		}
	}
	return stacks
}
