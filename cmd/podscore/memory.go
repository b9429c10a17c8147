package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr"
)

// collectGarbageEarly has the garbage collector run when the heap has grown by
// half, where Go's default is to let it double: the peak with 50,000 pods is a
// fifth lower, for some processor time.
// GOGC, where it is set, is left as it is.
func collectGarbageEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// limitMemory has the garbage collector work harder as the container's memory
// limit comes near, instead of running into it. A limit that changes while the
// pod runs is followed. GOMEMLIMIT, where it is set, is left as it is.
func limitMemory(ctx context.Context, container memlimit.Provider, log logr.Logger) {
	limit, err := memlimit.Set(memlimit.WithProvider(container), memlimit.WithRefreshInterval(ctx, time.Minute))
	switch {
	case err != nil:
		log.Info("The container's memory limit is not known; set GOMEMLIMIT to have the garbage collector keep to one", "reason", err.Error())
	case limit == math.MaxInt64:
		log.V(1).Info("Memory is not limited")
	default:
		log.Info("Keeping to a memory limit", "bytes", limit)
	}
}

// returnMemory has the runtime give back to the system, once in a while and until
// ctx is done, what it keeps free for later. After a burst of pods it would keep
// that for hours, because a quiet podscore gives it no reason to look.
func returnMemory(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			debug.FreeOSMemory() // a collection too, of some milliseconds
		}
	}
}
