package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

const (
	bare = "apiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: shop}\nspec: {containers: [{name: app}]}\n"
	good = `apiVersion: v1
kind: Pod
metadata: {name: good, namespace: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}}]
`
	broken  = "apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n"
	service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
	fleet   = "apiVersion: example.com/v1\nkind: Fleet\nmetadata: {name: a}\nspec: {containers: [{name: app}]}\n"
	excuses = `apiVersion: podscore.io/v1alpha1
kind: Configuration
exemptions:
- {name: shop, reason: a, namespaces: [shop], checks: [all]}
- {name: by-label, reason: a, namespaceSelector: {matchLabels: {a: b}}, checks: [all]}
`
)

// TestRun: command lines, with what they end with, and a part of what they write to
// standard output and to standard error.
func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("KUBECONFIG", "nowhere")
	for name, text := range map[string]string{
		"bare.yaml": bare, "good.yaml": good, "broken.yaml": broken, "service.yaml": service, "fleet.yaml": fleet,
		"all/bare.yaml": bare, "all/in/good.yaml": good, "configuration.yaml": excuses, "wrong.yaml": "kind: Configuration\n", "empty/README.md": "", "team.yaml": strings.Replace(excuses, "kind: Configuration", "kind: Exemptions", 1),
		"better.yaml": strings.Replace(good, "name: good", "name: bare", 1), "nothing.yaml": "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions: []\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args        string
		status      int
		out, errOut string
	}{
		{"scan -f good.yaml", 0, "", "0 of 1 not compliant, mean score 86."},
		{"scan -f bare.yaml", 1, "bare.yaml:4:21: Pod shop/bare, container app: runAsNonRoot is not set [run-as-non-root]", "1 of 1 not compliant, mean score 0."},
		{"scan -f bare.yaml", 1, "", "Judged by the preset cis, without a configuration: add --config"},
		{"scan -f bare.yaml --preset all", 1, "", "Judged by the preset all"},
		{"scan -f good.yaml --preset all", 1, "runAsUser is not set [run-as-user]", ""},
		{"scan -f good.yaml --all", 0, "good.yaml:1: Pod shop/good: compliant, score 86", ""},
		{"scan -f bare.yaml --fail-on none", 0, "[run-as-non-root]", "1 of 1 not compliant"},
		{"scan -f good.yaml --min-score 86", 0, "", ""},
		{"scan -f good.yaml --min-score 87", 1, "", "The lowest score is 86, below --min-score 87."},
		{"scan -f bare.yaml --fail-on none --min-score 1", 1, "", "below --min-score 1"},
		{"scan -f bare.yaml,good.yaml -o name", 1, "pod/bare\n", "1 of 2 not compliant, mean score 43."},
		{"scan -f bare.yaml -o sarif", 1, `"uri": "bare.yaml"`, ""},
		{"scan -f - -o sarif", 2, "", "podscore: -o sarif: every result needs a place in a file"},
		{"scan -f all", 1, "", "1 of 1 not"},
		{"scan -f all -R", 1, "", "1 of 2 not"},
		{"scan -f broken.yaml -f bare.yaml", 2, "bare.yaml:4:21", "podscore: broken.yaml:3:1: this is not YAML"},
		{"scan -f nowhere.yaml -f good.yaml", 2, "", "podscore: nowhere.yaml: no such file or directory"},
		{"scan -f service.yaml", 0, "", "Skipped 1 without pods: Service 1.\nNothing that makes pods was found."},
		{"scan -f service.yaml -v", 0, "", "Skipped: service.yaml:1: Service\n"},
		{"scan -f -", 1, "<stdin>:4:21: Pod shop/bare", ""},
		{"scan -f fleet.yaml", 0, "", "Skipped 1 without pods: Fleet 1."},
		{"scan -f fleet.yaml --pod-template Fleet=spec -n lab", 1, "Fleet lab/a, container app", ""},
		{"scan -f bare.yaml --exempt-namespaces sh*", 0, "", "0 of 1 not compliant, 1 exempt."},
		{"scan -f bare.yaml --config configuration.yaml", 0, "", "Exemptions that select namespaces by their labels hold nowhere, because files do not show these: by-label.\n0 of 1 not compliant, 1 exempt."},
		{"scan -f bare.yaml --config configuration.yaml --all", 0, "[run-as-non-root, exempt by shop]", ""},
		{"scan -f bare.yaml --config wrong.yaml", 2, "", "podscore: --config, --exemptions: nothing is judged by files that are not valid:\nwrong.yaml:1:1: apiVersion is missing"},
		{"scan -f bare.yaml --exemptions configuration.yaml", 2, "", "configuration.yaml:2:7: kind: a Configuration may not stand in a file that is read for its exemptions alone"},
		{"scan -f bare.yaml --exemptions team.yaml", 0, "", "0 of 1 not compliant, 1 exempt."},
		{"scan -f bare.yaml --config nowhere", 2, "", "nowhere: it cannot be read"},

		{"scan", 2, "", "podscore: no API server is known: name a kubeconfig file with --kubeconfig or KUBECONFIG, or files instead"},
		{"scan --kubeconfig nowhere", 2, "", "podscore: the kubeconfig leads to no API server: "},
		{"scan -f bare.yaml -A", 2, "", "podscore: -A, -l and --templates are about a cluster, and -f is about files: give one of them"},
		{"scan -f bare.yaml -l app=cart", 2, "", "podscore: -A, -l and --templates are about a cluster"},
		{"scan -R", 2, "", "podscore: -R and --pod-template are about files: name them with -f"},
		{"scan -A -n shop", 2, "", "podscore: -A is all namespaces, and -n is one: give one of them"},
		{"scan -o sarif", 2, "", "podscore: --output: sarif tells of files only"},
		{"scan -f bare.yaml --config configmap/podscore", 2, "", `podscore: --config: "configmap/podscore" is not configmap/NAMESPACE/NAME`},
		{"scan -f bare.yaml --config configmap/a/b", 2, "", "podscore: --config: configmap/a/b: no API server is known"},
		{"scan bare.yaml", 2, "", `unknown command "bare.yaml" for "kubectl podscore scan"`},
		{"scan -f bare.yaml -o xml", 2, "", `podscore: --output: unknown format "xml": use one of wide`},
		{"scan -f bare.yaml --preset x", 2, "", `podscore: --preset: unknown preset "x": use one of cis, restricted, all`},
		{"scan -f bare.yaml --exempt-namespaces *", 2, "", `podscore: --exempt-namespaces: "*" is every namespace`},
		{"scan -f bare.yaml --fail-on x", 2, "", `podscore: --fail-on: unknown value "x": use one of required, none`},
		{"scan -f bare.yaml --min-score 101", 2, "", "podscore: --min-score: 101 is not between 0 and 100"},
		{"scan -f bare.yaml --pod-template x", 2, "", `podscore: --pod-template: "x" is not KIND=PATH`},
		{"scan --nothing", 2, "", "podscore: unknown flag: --nothing"},
		{"nothing", 2, "", `podscore: unknown command "nothing"`},

		{"diff bare.yaml bare.yaml", 0, "", "No failure is new, none is fixed.\nBefore: 1 of 1 not compliant, mean score 0.\nAfter: 1 of 1"},
		{"diff good.yaml bare.yaml", 1, "WORKLOAD        BEFORE          AFTER\nPod shop/bare   -               0, noncompliant\nPod shop/good   86, compliant   -\n", "required: 5"},
		{"diff good.yaml bare.yaml", 1, "New:\n\nbare.yaml:4:21: Pod shop/bare, container app: runAsNonRoot is not set [run-as-non-root]\n4 | spec:", ""},
		{"diff bare.yaml good.yaml", 0, "", "After: 0 of 1 not compliant"},
		{"diff better.yaml bare.yaml", 1, "New:", "New failures: 7, required: 5. Fixed: 0."},
		{"diff bare.yaml better.yaml", 0, "Fixed:\n\nbare.yaml:4:21: Pod shop/bare, container app: runAsNonRoot is not set [run-as-non-root]", "Fixed: 7."},
		{"diff bare.yaml better.yaml -o markdown", 0, "| fixed | `Pod shop/bare, container app` | runAsNonRoot is not set | run-as-non-root | `bare.yaml:4` |", ""},
		{"diff all all -R", 0, "", "After: 1 of 2 not"},
		{"diff all/in all -R", 1, "Pod shop/bare   -        0, noncompliant", ""},
		{"diff empty all -R", 1, "", "Before: Nothing that makes pods was found."},
		{"diff empty all", 2, "", "podscore: empty: the directory has no file *.yaml, *.yml or *.json: add -R"},
		{"diff bare.yaml -", 0, "", "No failure is new"},
		{"diff - -", 2, "", "podscore: only one of the two can be standard input"},
		{"diff bare.yaml", 2, "", "podscore: accepts 2 arg(s), received 1"},
		{"diff good.yaml broken.yaml", 2, "", "podscore: broken.yaml:3:1: this is not YAML"},
		{"diff nowhere.yaml bare.yaml", 2, "", "podscore: nowhere.yaml: no such file or directory"},
		{"diff good.yaml bare.yaml -o xml", 2, "", `podscore: --output: unknown format "xml": use markdown`},
		{"diff fleet.yaml fleet.yaml --pod-template x", 2, "", `podscore: --pod-template: "x" is not KIND=PATH`},
		{"diff empty fleet.yaml -R --pod-template Fleet=spec -n lab", 1, "Fleet lab/a   -        0, noncompliant", ""},
		{"diff empty bare.yaml -R --config configuration.yaml", 0, "Exempt now:", "Exempt now: 9."},
		{"diff bare.yaml bare.yaml --config-before configuration.yaml", 1, "[run-as-non-root, exempt no longer]", "required: 5"},
		{"diff bare.yaml bare.yaml --exemptions team.yaml --exemptions-before nothing.yaml", 0, "[run-as-non-root, exempt by shop]", "Exempt now: 9."},
		{"diff bare.yaml bare.yaml --config configmap/shop/rules --context nowhere", 2, "", "podscore: --config: configmap/shop/rules: "},
		{"diff bare.yaml bare.yaml --config-before wrong.yaml", 2, "", "wrong.yaml:1:1: apiVersion is missing"},
		{"diff --help", 0, "kubectl podscore diff -R base/shop shop", ""},

		{"explain -f bare.yaml", 0, "Pod shop/bare\n\n1 pod, bare: not compliant, score 0.\n", "Judged by the preset cis"},
		{"explain -f all -f fleet.yaml pod/bare", 0, "in      spec.securityContext, at all/bare.yaml:4\n", ""},
		{"explain -f good.yaml", 0, "not set: the image decides", ""},
		{"explain -f bare.yaml pod/other", 2, "", "podscore: nothing of that name and kind makes pods in these files"},
		{"explain -f broken.yaml -f bare.yaml", 2, "Pod shop/bare", "podscore: broken.yaml:3:"},
		{"explain", 2, "", "podscore: name what to explain: KIND/NAME, as in deployment/cart, or -f with a file"},
		{"explain cart", 2, "", `podscore: "cart" is not KIND/NAME, as in deployment/cart`},
		{"explain deployment cart", 2, "", "podscore: no API server is known"},
		{"explain -f bare.yaml pod/bare --templates", 2, "", "podscore: --templates is about a cluster"},

		{"checks", 0, "run-as-user                  low        4        false", ""},
		{"checks --preset all", 0, "run-as-user                  low        4        true", ""},
		{"checks fs-group", 0, "Write, in the securityContext of the pod:\n\n    fsGroup: 10001\n", ""},
		{"checks privileged", 0, "privileged has the severity critical and 30 points, costs them when it fails, and is required.", ""},
		{"checks nothing", 2, "", `podscore: unknown check "nothing": use one of run-as-non-root`},
		{"--version", 0, "podscore devel (revision unknown, go", ""},
		{"", 0, "kubectl podscore [command]", ""},
		{"explain --help", 0, "kubectl podscore explain deployment/cart -n shop", ""},
		{"scan --help", 0, "helm template shop/chart | kubectl podscore scan -f -", ""},
		{"checks --help", 0, "kubectl podscore checks run-as-non-root", ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			status, out, errOut := execute(bare, strings.Fields(c.args)...)
			if status != c.status || !strings.Contains(out, c.out) || !strings.Contains(errOut, c.errOut) {
				t.Errorf("status %d, want %d; on standard output\n%s\nwant\n%s\nand on standard error\n%s\nwant\n%s", status, c.status, out, c.out, errOut, c.errOut)
			}
		})
	}
}

// execute runs a command line.
func execute(in string, args ...string) (status int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	status = run(append([]string{}, args...), genericiooptions.IOStreams{In: strings.NewReader(in), Out: &stdout, ErrOut: &stderr})
	return status, stdout.String(), stderr.String()
}

// TestHostileManifest: nothing of a file writes over the terminal.
func TestHostileManifest(t *testing.T) {
	hostile := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app}], \"\\e[2J\": 1}\n---\nkind: \"\\e[2J\"\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app, image: {\"\\e[2J\": 1}}]}\n"
	status, out, errOut := execute(hostile, "scan", "-f", "-", "-v", "--all")
	if status != 2 || strings.Contains(out+errOut, "\x1b") || strings.Count(errOut, "\ufffd[2J") < 2 || !strings.Contains(errOut, `spec.\x1b[2J`) {
		t.Errorf("status %d; it writes\n%q\nand\n%q", status, out, errOut)
	}
}

// TestEveryCommandHasExamples: of the commands that do something.
func TestEveryCommandHasExamples(t *testing.T) {
	for _, command := range newCmdPodscore(genericiooptions.IOStreams{}).Commands() {
		if command.Name() != "help" && !strings.Contains(command.Example, "kubectl podscore "+command.Name()) {
			t.Errorf("%s has no example", command.Name())
		}
	}
}
