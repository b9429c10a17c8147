package main

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr/funcr"
)

func TestLimitMemory(t *testing.T) {
	if value, set := os.LookupEnv("GOMEMLIMIT"); set {
		t.Setenv("GOMEMLIMIT", value) // restores it when the test ends
		os.Unsetenv("GOMEMLIMIT")
	}
	t.Setenv("AUTOMEMLIMIT", "0.9")
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	for _, c := range []struct {
		name      string
		container memlimit.Provider
		want      int64
		log       string
	}{
		{"100 MiB", memlimit.Limit(100 << 20), 90 << 20, `"bytes"=94371840`},
		{"no limit", func() (uint64, error) { return 0, memlimit.ErrNoLimit }, math.MaxInt64, ""},
		{"nobody knows", func() (uint64, error) { return 0, errors.New("no cgroup here") }, math.MaxInt64, "no cgroup here"},
	} {
		var lines []string
		limitMemory(t.Context(), c.container, funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{}))
		if got, log := debug.SetMemoryLimit(-1), strings.Join(lines, "\n"); got != c.want || !strings.Contains(log, c.log) || (c.log == "") != (log == "") {
			t.Errorf("%s: limit %d, log %s; want %d and %s", c.name, got, log, c.want, c.log)
		}
	}
}

// TestReturnMemory makes 64 MiB of garbage, and requires that most of it is returned to the
// system: the process may use some of it again meanwhile.
func TestReturnMemory(t *testing.T) {
	returned := func() uint64 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapReleased
	}
	garbage := make([]byte, 64<<20)
	before := returned()
	runtime.KeepAlive(garbage)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go returnMemory(ctx, 10*time.Millisecond)
	for deadline := time.Now().Add(10 * time.Second); returned() < before+48<<20; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("of 64 MiB of garbage, %d bytes are returned", returned()-before)
		}
	}
}
