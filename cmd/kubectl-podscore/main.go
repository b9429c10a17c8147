// Command kubectl-podscore judges pods and manifests as podscore judges the pods of a
// cluster: by the same checks, presets and exemptions. kubectl runs it as kubectl podscore.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

func main() {
	debug.SetGCPercent(400) // it holds little and makes much garbage: less CPU for a few MB
	os.Exit(run(os.Args[1:], genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
}

// run runs a command line, and returns its exit status: 0 if nothing that is required
// fails, 1 if something does, 2 if what was asked could not be done. 2 wins.
func run(args []string, streams genericiooptions.IOStreams) int {
	command := newCmdPodscore(streams)
	command.SetArgs(args)
	err := command.ExecuteContext(context.Background())
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFails):
		return 1
	case !errors.Is(err, errTold):
		fmt.Fprintf(streams.ErrOut, "podscore: %v\n", err)
	}
	return 2
}

var (
	// errFails says that something fails, which the report tells.
	errFails = errors.New("something required fails")
	// errTold says that not all could be done, which was told as it happened.
	errTold = errors.New("not everything could be read")
)
