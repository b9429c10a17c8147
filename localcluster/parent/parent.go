// Package parent ends a program with the one that started it.
package parent

import (
	"fmt"
	"os"
	"time"
)

// EndWith ends this process when the one that started it is gone, so that a test
// run that is killed leaves no servers behind. It does nothing unless the
// environment asks for it.
func EndWith() {
	if os.Getenv("LOCALCLUSTER_EXIT_WITH_PARENT") == "" {
		return
	}
	parent := os.Getppid()
	go func() {
		for os.Getppid() == parent {
			time.Sleep(time.Second)
		}
		fmt.Fprintln(os.Stderr, "localcluster: the process that started this one is gone; ending too")
		os.Exit(1)
	}()
}
