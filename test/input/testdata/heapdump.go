package main

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// A test lays this file over podscore: on SIGUSR2, all that is reachable is
// written into the file that HEAP_DUMP names.
func init() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	go func() {
		for range asked {
			for range 3 { // a pool lets go of what it has at the second
				runtime.GC()
			}
			name := os.Getenv("HEAP_DUMP")
			file, err := os.Create(name + ".part")
			if err != nil {
				panic(err)
			}
			debug.WriteHeapDump(file.Fd())
			file.Close()
			if err := os.Rename(name+".part", name); err != nil {
				panic(err)
			}
		}
	}()
}
