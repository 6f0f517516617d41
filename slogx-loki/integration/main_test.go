package integration

import (
	"fmt"
	"os"
	"testing"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

// TestMain is also what the processes run that the tests start.
func TestMain(m *testing.M) {
	for _, run := range []func() (bool, error){servers.RunReceiver, runProgram} {
		if ran, err := run(); ran {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
