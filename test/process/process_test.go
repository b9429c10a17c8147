package process

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLog: what reads the log of a program never reads from a device, which may have no end.
func TestLog(t *testing.T) {
	regular := filepath.Join(t.TempDir(), "log")
	for given, want := range map[string]string{regular: regular, "/dev/full": "", os.DevNull: ""} {
		if _, err := os.Stat(given); err != nil && given != regular {
			t.Logf("there is no %s here: %v", given, err)
			continue
		}
		p, err := Start("true", nil, given)
		if err != nil {
			t.Fatal(err)
		}
		if p.ExitStatus(); p.Log != want {
			t.Errorf("the output goes to %s, and the log is %q, want %q", given, p.Log, want)
		}
	}
}
