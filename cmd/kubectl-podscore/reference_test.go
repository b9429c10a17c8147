//go:build unix

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/test/docs"
)

// commands returns the commands that do something.
func commands() (all []*cobra.Command) {
	for _, command := range newCmdPodscore(genericiooptions.IOStreams{}).Commands() {
		if !command.Hidden && command.Name() != "help" {
			all = append(all, command)
		}
	}
	return all
}

// flagsOf returns the flags of a command, in the order in which its help has them.
func flagsOf(command *cobra.Command) (all []*pflag.Flag) {
	command.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			all = append(all, f)
		}
	})
	return all
}

// TestTwinReference: docs/terminal-reference.md says what the commands' help says.
func TestTwinReference(t *testing.T) {
	var text strings.Builder
	for _, command := range commands() {
		fmt.Fprintf(&text, "## %s\n\n%s\n\n%s\n\n", command.CommandPath(), command.Long, inBlock("text", "how it is called", command.UseLine()+"\n"))
		fmt.Fprintf(&text, "%s\n%s\n\n", flagTable(command), inBlock("sh", "the tests of cmd/kubectl-podscore run them", examplesOf(command)))
	}
	docs.Section(t, "docs/terminal-reference.md", "commands", text.String())
}

func flagTable(command *cobra.Command) string {
	var rows [][]string
	for _, f := range flagsOf(command) {
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += "=" + strings.ToUpper(value)
		}
		rows = append(rows, []string{"`" + name + "`", byDefault(f), usage})
	}
	return docs.Table([]string{"flag", "default", "says"}, rows)
}

// byDefault returns the default of a flag; one that stands in its usage is not repeated.
func byDefault(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "[]", "false":
		return "none"
	}
	return "`" + strings.Trim(f.DefValue, "[]") + "`"
}

func inBlock(language, notRun, text string) string {
	return fmt.Sprintf("<!-- not run: %s -->\n\n```%s\n%s```", notRun, language, text)
}

// examplesOf returns the examples of a command as a shell takes them.
func examplesOf(command *cobra.Command) string {
	return regexp.MustCompile(`(?m)^  `).ReplaceAllString(command.Example, "") + "\n"
}

// TestExamples runs every example of every help, where there are such files, a chart and
// an overlay. Each can do what it is asked for, or lacks nothing but the API server that it
// asks; test/terminal has one.
func TestExamples(t *testing.T) {
	path := newPath(t)
	t.Chdir(t.TempDir())
	t.Setenv("KUBECONFIG", "nowhere")
	write(t, exampleFiles())
	run := 0
	for _, command := range append(commands(), newCmdPodscore(genericiooptions.IOStreams{})) {
		for line := range strings.Lines(examplesOf(command)) {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			run++
			asks := regexp.MustCompile(`podscore (scan|explain)`).MatchString(line) && !strings.Contains(line, " -f ")
			if status, out, errOut := shell(t, path, line); asks {
				if status != 2 || !strings.Contains(errOut, "podscore: ") || !strings.Contains(errOut, "no API server is known") {
					t.Errorf("%s ends with %d, and says\n%s%s", line, status, out, errOut)
				}
			} else if status > 1 || out == "" && !strings.Contains(errOut, "No failure is new") || strings.Contains(errOut, "rror:") {
				t.Errorf("%s ends with %d, and says\n%s%s", line, status, out, errOut)
			}
		}
	}
	if run == 0 {
		t.Error("no help has examples")
	}
}

// exampleFiles are the files that the examples name.
func exampleFiles() map[string]string {
	elsewhere := strings.Replace(excuses, "[shop]", "[data]", 1) // so that there is something to tell
	fleet := "apiVersion: agones.dev/v1\nkind: Fleet\nmetadata: {name: a}\nspec: {template: {spec: {template: {spec: {containers: [{name: app}]}}}}}\n"
	return map[string]string{
		"cart.yaml": bare, "cart-next.yaml": good, "before.yaml": bare, "fleet.yaml": fleet,
		"shop/cart.yaml": bare, "shop/in/pay.yaml": good, "base/shop/cart.yaml": good,
		"configuration.yaml": elsewhere, "base/configuration.yaml": elsewhere,
		"shop/chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "shop/chart/templates/cart.yaml": bare,
		"shop/overlay/kustomization.yaml": "resources: [cart.yaml]\nnamePrefix: a-\n", "shop/overlay/cart.yaml": bare,
	}
}
