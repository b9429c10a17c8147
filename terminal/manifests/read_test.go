package manifests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/workload"
)

// told returns what a Reader makes of a text, a line for each thing.
func told(r Reader, text string) string {
	r.Stdin = strings.NewReader(text)
	var lines []string
	for doc := range r.Read(Stdin) {
		lines = append(lines, describe(doc)...)
	}
	return strings.Join(lines, "\n")
}

func describe(doc Document) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, o := range doc.Objects {
		var containers []string
		for _, c := range o.Pod.Spec.Containers {
			containers = append(containers, c.Name)
		}
		w := workload.Of(o.Pod)
		add("%d:%d %s %s %s/%s: %s of %s/%s", o.Source.Document, o.Source.Line, o.APIVersion, o.Kind, o.Namespace, o.Name, strings.Join(containers, " "), w.Kind, w.Name)
	}
	for _, s := range doc.Skipped {
		add("%d:%d skipped %s", s.Source.Document, s.Source.Line, s.Kind)
	}
	for _, w := range doc.Warnings {
		add("warning %v", w)
	}
	for _, e := range doc.Errors {
		add("error %v", e)
	}
	return lines
}

const (
	spec       = "spec: {containers: [{name: app}]}"
	deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\nspec: {template: {" + spec + "}}\n"
	isCart     = "apps/v1 Deployment shop/cart: app of Deployment/cart"
)

func TestRead(t *testing.T) {
	object := func(apiVersion, kind, rest string) string {
		return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: a}\n" + rest + "\n"
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments alone", "# a\n---\n# b\n---\n", ""},
		{"a workload", deployment, "1:1 " + isCart},
		{"documents, and comments before them", "# a\n---\n# b\n" + deployment + "---\n" + deployment, "1:4 " + isCart + "\n2:9 " + isCart},
		{"a marker with a comment, and the end of a document", "--- # a\n" + deployment + "...\n" + deployment, "1:2 " + isCart + "\n2:7 " + isCart},
		{"a directive", "%YAML 1.1\n---\n" + deployment, "1:3 " + isCart},
		{"line breaks of Windows, and a byte order mark", "\ufeff" + strings.ReplaceAll(deployment+"---\n"+deployment, "\n", "\r\n"), "1:1 " + isCart + "\n2:6 " + isCart},
		{"a marker in a text", object("v1", "ConfigMap", "data:\n  a: |\n    ---\n    kind: Pod") + "---\n" + deployment, "1:1 skipped ConfigMap\n2:9 " + isCart},
		{"JSON", `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "app"}]}}`, "1:1 v1 Pod default/a: app of Pod/a"},
		{"objects of JSON that follow each other", "{\"kind\": \"A\"}\n{\"kind\": \"B\"}\n", "1:1 skipped A\n2:2 skipped B"},
		{"escapes of JSON", `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "annotations": {"a": "\ud83d\ude00 \\ud83d\\ude00"}}, "spec": {"containers": [{"name": "app"}]}}`, "1:1 v1 Pod default/a: app of Pod/a"},
		{"flow style", "{apiVersion: v1, kind: Pod, metadata: {name: a}, " + spec + "}", "1:1 v1 Pod default/a: app of Pod/a"},
		{"aliases and merge keys", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx: &x {name: app}\ny: &y {containers: [*x, {<<: *x, name: b}]}\nspec: {<<: [*y, {containers: []}]}\n", "1:1 v1 Pod default/a: app b of Pod/a"},
		{"a pod that has an owner", "apiVersion: v1\nkind: Pod\nmetadata: {name: a-1, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: a, controller: true}]}\n" + spec, "1:1 v1 Pod default/a-1: app of StatefulSet/a"},
		{"a name that is generated", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}\nspec: {template: {" + spec + "}}", "1:1 batch/v1 Job default/a-xxxxx: app of Job/a-xxxxx"},
		{"a copy of a ReplicaSet", "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: a-5f9}\nspec: {template: {metadata: {labels: {pod-template-hash: 5f9}}, " + spec + "}}", "1:1 apps/v1 ReplicaSet default/a-5f9: app of Deployment/a"},
		{"a CronJob", object("batch/v1", "CronJob", "spec: {jobTemplate: {spec: {template: {"+spec+"}}}}"), "1:1 batch/v1 CronJob default/a: app of CronJob/a"},
		{"a PodTemplate", object("v1", "PodTemplate", "template: {"+spec+"}"), "1:1 v1 PodTemplate default/a: app of PodTemplate/a"},
		{"several templates", object("jobset.x-k8s.io/v1alpha2", "JobSet", "spec: {replicatedJobs: [{template: {spec: {template: {"+spec+"}}}}, {template: {spec: {template: {"+spec+"}}}}]}"), "1:1 jobset.x-k8s.io/v1alpha2 JobSet default/a: app of JobSet/a\n1:1 jobset.x-k8s.io/v1alpha2 JobSet default/a: app of JobSet/a"},
		{"templates in a mapping", object("kubeflow.org/v2beta1", "MPIJob", "spec: {mpiReplicaSpecs: {Launcher: {template: {"+spec+"}}}}"), "1:1 kubeflow.org/v2beta1 MPIJob default/a: app of MPIJob/a"},
		{"Knative's Service, and Kubernetes'", object("serving.knative.dev/v1", "Service", "spec: {template: {"+spec+"}}") + "---\n" + object("v1", "Service", "spec: {}"), "1:1 serving.knative.dev/v1 Service default/a: app of Service/a\n2:6 skipped Service"},
		{"a kind that was told", object("example.com/v1", "Fleet", "spec: {pods: [{"+spec+"}]}"), "1:1 example.com/v1 Fleet default/a: app of Fleet/a"},
		{"the spec of a pod that was told", object("example.com/v1", "Bare", spec), "1:1 example.com/v1 Bare default/a: app of Bare/a"},
		{"another kind", object("example.com/v1", "Other", "spec: {template: {"+spec+"}}"), "1:1 skipped Other"},
		{"a kind without its template", object("argoproj.io/v1alpha1", "Rollout", "spec: {workloadRef: {name: a}}"), "1:1 skipped Rollout"},
		{"a List", "kind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, " + spec + "}\n- {kind: Secret}\n", "1:3 v1 Pod default/a: app of Pod/a\n1:4 skipped Secret"},
		{"a list of a kind", "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n  spec: {template: {" + spec + "}}\n", "1:4 apps/v1 Deployment default/a: app of Deployment/a"},
		{"no object", "replicas: 1\n---\n[a]\n", "1:1 skipped \n2:3 skipped "},
		{"a truth value of YAML 1.1", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app, securityContext: {privileged: yes}}]}", "1:1 v1 Pod default/a: app of Pod/a"},

		{"a misspelled field", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: app\n    securityContext:\n      runAsNonroot: true\n", "1:1 v1 Pod default/a: app of Pod/a\nwarning <stdin>:8:7: unknown field spec.containers[0].securityContext.runAsNonroot: it has no effect"},
		{"a field of a kind that is not Kubernetes' own", object("serving.knative.dev/v1", "Service", "spec: {template: {spec: {concurrency: 1, containers: [{name: app, SecurityContext: {}}]}}}"), "1:1 serving.knative.dev/v1 Service default/a: app of Service/a\nwarning <stdin>:4:67: unknown field spec.containers[0].SecurityContext: it has no effect"},
		{"a field that is given twice", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostUsers: true, containers: [{name: app}], hostUsers: false}", "1:1 v1 Pod default/a: app of Pod/a\nwarning <stdin>:4:52: \"hostUsers\" is given twice: only the last counts"},

		{"no YAML", "a: [\n---\n" + deployment, "error <stdin>:2:1: this is not YAML: did not find expected node content\n2:3 " + isCart},
		{"tabs", "kind: Pod\nspec:\n\tcontainers: []\n", "error <stdin>:3:1: YAML does not indent by tabs: use spaces"},
		{"a template", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-a\n{{- if .x }}\n", "error <stdin>:4:1: this is a template, and not YAML yet: pipe in what it makes, as in helm template … | kubectl podscore scan -f -"},
		{"a value of the wrong type", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: app\n    securityContext:\n      privileged: \"true\"\n", "error <stdin>:8:19: spec.containers.securityContext.privileged is text, and has to be true or false"},
		{"a list in place of a mapping", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: app\n    securityContext: []\n", "error <stdin>:7:22: spec.containers.securityContext is a list, and has to be a mapping"},
		{"no version", "kind: Deployment\nmetadata: {name: a}\n", "error <stdin>:1:1: apiVersion is missing"},
		{"another version", object("v1", "Deployment", ""), "error <stdin>:1:1: Kubernetes has no Deployment in apiVersion v1"},
		{"a field named as a path", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: app}], \"containers.-1\": 1, \"containers[9]\": 1}", "1:1 v1 Pod default/a: app of Pod/a\nwarning <stdin>:4:8: unknown field spec.containers.-1: it has no effect\nwarning <stdin>:4:8: unknown field spec.containers[9]: it has no effect"},
		{"no name", "apiVersion: v1\nkind: Pod\nmetadata: {}\n" + spec, "error <stdin>:3:11: metadata.name is missing"},
		{"no template", object("apps/v1", "Deployment", "spec: {}"), "error <stdin>:1:1: spec.template is missing, and makes a Deployment"},
		{"no spec", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "error <stdin>:1:1: the pod has no spec"},
		{"one bad item of a List", "kind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, " + spec + "}\n", "1:4 v1 Pod default/a: app of Pod/a\nerror <stdin>:3:3: metadata.name is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Reader{Kinds: []Kind{mustParseKind(t, "Fleet.example.com=spec.pods[*]"), mustParseKind(t, "Bare=.spec")}}
			if got := told(r, c.text); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\nof\n%s", got, c.want, c.text)
			}
		})
	}
}

func mustParseKind(t *testing.T, text string) Kind {
	t.Helper()
	k, err := ParseKind(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestParseKind(t *testing.T) {
	for _, wrong := range []string{"", "Fleet", "Fleet=", "fleet=spec", "Fleet=spec..template", "Fleet=spec.[*]x", "Fleet=spec[0]", "Fleet.=spec"} {
		if k, err := ParseKind(wrong); err == nil {
			t.Errorf("%q is taken for %+v", wrong, k)
		}
	}
}

func TestNamespace(t *testing.T) {
	if got := told(Reader{Namespace: "b"}, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"+spec+"\n---\n"+deployment); got != "1:1 v1 Pod b/a: app of Pod/a\n2:6 "+isCart {
		t.Errorf("only an object without a namespace is in the Reader's: got\n%s", got)
	}
}

// TestFiles: which files are read, and what is said of paths that are wrong.
func TestFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"b.yaml", "a.yml", "c.json", "d.txt", "in/e.yaml", "none/f.txt"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(`{"kind": "`+strings.ToUpper(name[:1])+`"}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		recursive bool
		paths     []string
		want      string
	}{
		{false, []string{"."}, "a.yml b.yaml c.json"},
		{true, []string{"."}, "a.yml b.yaml c.json in/e.yaml"},
		{false, []string{"d.txt", "b.yaml"}, "d.txt b.yaml"},
		{false, []string{"nowhere", "b.yaml"}, "nowhere: no such file or directory b.yaml"},
		{false, []string{"none"}, "none: the directory has no file *.yaml, *.yml or *.json: add -R to read the directories in it"},
		{true, []string{"none"}, "none: the directory has no file *.yaml, *.yml or *.json"},
		{true, []string{"https://example.com/a.yaml"}, "https://example.com/a.yaml: URLs are not read: fetch it, and give the file or pipe it in with -f -"},
	} {
		var got []string
		r := Reader{Recursive: c.recursive}
		for doc := range r.Read(c.paths...) {
			for _, e := range doc.Errors {
				got = append(got, e.Error())
			}
			for _, s := range doc.Skipped {
				got = append(got, s.Source.File)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: got %q, want %q", c.paths, got, c.want)
		}
	}
}

// TestInOrder: results come in order, and whoever has enough can stop.
func TestInOrder(t *testing.T) {
	numbers := func(yield func(int) bool) {
		for i := range 1000 {
			if !yield(i) {
				return
			}
		}
	}
	double := func(i int) int { return 2 * i }
	got := slices.Collect(inOrder(numbers, 4, double))
	if len(got) != 1000 || !slices.IsSorted(got) || got[999] != 1998 {
		t.Errorf("got %v", got)
	}
	for i := range inOrder(numbers, 4, double) {
		if i == 10 {
			break
		}
	}
}
