package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Set by the linker, see the Makefile.
var (
	version  = "devel"
	revision = "unknown"
)

// newCmdPodscore returns the command that has all others.
func newCmdPodscore(streams genericiooptions.IOStreams) *cobra.Command {
	command := &cobra.Command{
		Use:           "kubectl-podscore",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl podscore"},
		Short:         "Judge pods against CIS Kubernetes Benchmark 5.6.3",
		Long:          "Judge pods against the control \"Apply Security Context to Your Pods and Containers\" of the CIS Kubernetes Benchmark (5.6.3), as podscore does in a cluster.",
		Version:       fmt.Sprintf("%s (revision %s, %s %s/%s)", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH),
		Args:          cobra.NoArgs, // of which the error names the argument
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,
		Example: `  # Judge what runs in a namespace, and explain an alert
  kubectl podscore scan -n shop
  kubectl podscore explain deployment/cart -n shop

  # Judge what stands in files, as the controller would
  kubectl podscore scan -f shop/ -R

  # Say what a change makes better or worse
  kubectl podscore diff -R base/shop shop

  # Say what a check is about, and how to pass it
  kubectl podscore checks run-as-non-root`,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	command.SetIn(streams.In)
	command.SetOut(streams.Out)
	command.SetErr(streams.ErrOut)
	command.SetVersionTemplate("podscore {{.Version}}\n")
	command.AddCommand(newCmdScan(streams), newCmdExplain(streams), newCmdDiff(streams), newCmdChecks(streams))
	complete(command)
	return command
}
