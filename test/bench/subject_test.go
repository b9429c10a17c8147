package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/process"
)

// TestProgramEnds: where the program has ended, that is the reason for what
// failed, and its last words are told.
func TestProgramEnds(t *testing.T) {
	running, err := process.Start("/bin/sh", []string{"-c", "echo out of memory; exit 3"}, filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := endsWith(t.Context(), running)
	defer done()
	s := &subject{ctx: ctx}
	err = s.explain(errors.New("connection refused"))
	if err == nil || !strings.Contains(err.Error(), "it ended with status 3; its last words were:\nout of memory") {
		t.Errorf("got %v", err)
	}
	if err := s.explain(nil); err != nil {
		t.Errorf("without an error there is nothing to explain: %v", err)
	}
}

// TestInterrupted: an interruption is not taken for the program's end.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failed := errors.New("request failed")
	if err := (&subject{ctx: ctx}).explain(failed); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}
