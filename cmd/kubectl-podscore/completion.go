package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/reports"
)

// completions has what the shell offers for a flag: for all commands that have it, or for
// one of them. For other flags that take a value it offers files.
var completions = map[string]cobra.CompletionFunc{
	"scan --output":       cobra.FixedCompletions(described(reports.Formats()), cobra.ShellCompDirectiveNoFileComp),
	"diff --output":       cobra.FixedCompletions(described(reports.ChangeFormats()), cobra.ShellCompDirectiveNoFileComp),
	"--preset":            cobra.FixedCompletions(policy.Presets(), cobra.ShellCompDirectiveNoFileComp),
	"--fail-on":           cobra.FixedCompletions([]string{failOnRequired, failOnNone}, cobra.ShellCompDirectiveNoFileComp),
	"--filename":          manifestFiles,
	"--config":            manifestFiles,
	"--config-before":     manifestFiles,
	"--exemptions":        manifestFiles,
	"--exempt-namespaces": cobra.NoFileCompletions,
	"--min-score":         cobra.NoFileCompletions,
	"--namespace":         cobra.NoFileCompletions,
	"--pod-template":      cobra.NoFileCompletions,
}

// complete has the shell complete the flags of a command and of those below it.
func complete(command *cobra.Command) {
	command.Flags().VisitAll(func(f *pflag.Flag) {
		for _, name := range []string{command.Name() + " --" + f.Name, "--" + f.Name} {
			if offer, has := completions[name]; has {
				cobra.CheckErr(command.RegisterFlagCompletionFunc(f.Name, offer))
				return
			}
		}
	})
	for _, below := range command.Commands() {
		complete(below)
	}
}

// manifestFiles offers directories, and files that may be manifests.
func manifestFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

// checkIDs offers the ids of checks, with what each asks.
func checkIDs(_ *cobra.Command, args []string, _ string) (ids []cobra.Completion, _ cobra.ShellCompDirective) {
	if len(args) == 0 {
		for _, check := range securitycontext.Checks() {
			ids = append(ids, cobra.CompletionWithDesc(check.ID, withoutMarkdown(check.Passes)))
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// described returns the names of formats with what each writes, without the one that has no
// name.
func described(names, about []string) (all []cobra.Completion) {
	for i, name := range names {
		if name != "" {
			all = append(all, cobra.CompletionWithDesc(name, about[i]))
		}
	}
	return all
}
