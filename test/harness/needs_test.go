package harness

import (
	"strings"
	"testing"
)

func TestAll(t *testing.T) {
	for text, want := range map[string]bool{"": false, "false": false, "0": false, "true": true, "1": true} {
		t.Setenv("PODSCORE_REQUIRE_ALL", text)
		if all, err := All(); all != want || err != nil {
			t.Errorf("PODSCORE_REQUIRE_ALL=%q requires all: %t, %v; want %t", text, all, err, want)
		}
	}
	t.Setenv("PODSCORE_REQUIRE_ALL", "maybe")
	if _, err := All(); err == nil || !strings.Contains(err.Error(), `"maybe"`) {
		t.Errorf("of PODSCORE_REQUIRE_ALL=maybe is said: %v", err)
	}
}

// outcome is a test that records how it ended.
type outcome struct {
	testing.TB
	how string
}

func (o *outcome) Helper()      {}
func (o *outcome) Fatal(...any) { o.how = "failed"; panic(o) }
func (o *outcome) Skip(...any)  { o.how = "skipped"; panic(o) }

func TestSkip(t *testing.T) {
	for text, want := range map[string]string{"": "skipped", "false": "skipped", "true": "failed", "maybe": "failed"} {
		t.Setenv("PODSCORE_REQUIRE_ALL", text)
		o := &outcome{TB: t}
		func() {
			defer func() { _ = recover() }()
			Skip(o, "a program is missing")
		}()
		if o.how != want {
			t.Errorf("with PODSCORE_REQUIRE_ALL=%q a test without its program is %s, want %s", text, o.how, want)
		}
	}
}
