package integration

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// TestListsAreStreamed: where the server offers it, podscore never asks for a list.
func TestListsAreStreamed(t *testing.T) {
	b := startBare(t, "WatchList=true", "-k config/default")
	b.fill(t, 0, 4, 5)
	p := b.StartPodscore(t)
	harness.AwaitPods(t, p, 20)
	harness.Eventually(t, func() (string, bool) { // a watch is recorded when its answer begins
		asked := b.asked(t)
		for _, query := range asked {
			if query.Get("verb") == "list" {
				t.Fatalf("podscore asked for a list: %v", query)
			}
		}
		return fmt.Sprintf("podscore asked for %v", asked), slices.ContainsFunc(asked, func(q url.Values) bool { return q.Get("sendInitialEvents") == "true" })
	})
}

// TestListsArePaged: where the server does not stream lists, no answer holds
// more than a page, and nothing is lost between two of them.
func TestListsArePaged(t *testing.T) {
	b := startBare(t, "WatchList=false", "-k config/default")
	b.fill(t, 0, 11, 100)
	p := b.StartPodscore(t)
	harness.AwaitPods(t, p, 1100)
	var pages []string
	for _, query := range b.asked(t) {
		if query.Get("verb") == "list" {
			pages = append(pages, fmt.Sprintf("limit=%s resourceVersion=%q continued=%t", query.Get("limit"), query.Get("resourceVersion"), query.Get("continue") != ""))
		}
	}
	first, next := `limit=500 resourceVersion="" continued=false`, `limit=500 resourceVersion="" continued=true`
	if want := []string{first, next, next}; !slices.Equal(pages, want) {
		t.Errorf("podscore asked for the lists\n%s\nwant\n%s", strings.Join(pages, "\n"), strings.Join(want, "\n"))
	}
	if log, err := os.ReadFile(p.Log); err != nil || strings.Contains(string(log), `"level":"ERROR"`) {
		t.Errorf("a server that does not stream lists is no error: %v\n%s", err, log)
	}
}

// TestShards runs three shards beside one podscore for all, on a server that
// does not shard, that is upgraded to one that does, and back: at every moment
// the shards together expose what the one does, nothing less and nothing twice.
func TestShards(t *testing.T) {
	b := startBare(t, "", "-k config/default")
	b.fill(t, 0, 30, 4)
	const shards = 3
	one := b.StartPodscore(t)
	three := b.shards(t, shards)
	compare := func(pods, observed int) {
		t.Helper()
		harness.AwaitPods(t, one, pods)
		harness.AwaitObserved(t, one, observed)
		sameSeries(t, one, three)
	}
	compare(120, 0)
	b.fill(t, 30, 10, 4)
	compare(160, 40)
	for i, p := range three {
		if log, _ := os.ReadFile(p.Log); !strings.Contains(string(log), "sends the pods of other shards too") {
			t.Errorf("shard %d does not say that the server leaves the sharding to it:\n%s", i, log)
		}
	}

	harness.Since(t, b.ControlPlane, 36, "lists and watches that the server shards")
	if err := b.RestartAPIServer(map[string]string{"feature-gates": "ShardedListAndWatch=true"}); err != nil {
		t.Fatal(err)
	}
	b.fill(t, 40, 10, 4)
	compare(200, 80)
	fresh := b.shards(t, shards)
	sameGauges(t, one, fresh)
	b.fill(t, 50, 10, 4)
	compare(240, 120)
	for i, p := range fresh {
		if log, _ := os.ReadFile(p.Log); strings.Contains(string(log), "sends the pods of other shards too") {
			t.Errorf("shard %d was sent pods of others by a server that shards:\n%s", i, log)
		}
		want := fmt.Sprintf(`podscore_shard_info{shard="%d",shards="3"}`, i)
		if text := harness.Scrape(t, p); harness.Value(text, want) != "1" || harness.Value(text, "podscore_shards") != "3" {
			t.Errorf("shard %d does not say which it is", i)
		}
	}
	selector := controllers.Shard{Index: 0, Count: shards}.Selector()
	if !slices.ContainsFunc(b.asked(t), func(q url.Values) bool { return q.Get("shardSelector") == selector }) {
		t.Error("the server was never asked for shard 0")
	}

	if err := b.RestartAPIServer(map[string]string{"feature-gates": "ShardedListAndWatch=false"}); err != nil {
		t.Fatal(err)
	}
	b.fill(t, 60, 10, 4)
	compare(280, 160)
}

// shards starts a podscore for every shard.
func (b *bare) shards(t *testing.T, count int) []*process.Podscore {
	t.Helper()
	var all []*process.Podscore
	for i := range count {
		all = append(all, b.StartPodscore(t, fmt.Sprint("--shards=", count), fmt.Sprint("--shard=", i)))
	}
	return all
}

// sameSeries waits until shards together have exactly the series of one podscore.
func sameSeries(t *testing.T, one *process.Podscore, shards []*process.Podscore) {
	t.Helper()
	same(t, one, shards, func(string) bool { return true })
}

// sameGauges is sameSeries for shards that began to count later.
func sameGauges(t *testing.T, one *process.Podscore, shards []*process.Podscore) {
	t.Helper()
	same(t, one, shards, func(line string) bool { return !strings.Contains(line, "_total{") })
}

func same(t *testing.T, one *process.Podscore, shards []*process.Podscore, compared func(line string) bool) {
	t.Helper()
	drop := func(line string) bool { return !compared(line) }
	harness.Eventually(t, func() (string, bool) {
		want := slices.DeleteFunc(harness.NamespaceSeries(harness.Scrape(t, one)), drop)
		var got []string
		for _, shard := range shards {
			got = append(got, slices.DeleteFunc(harness.NamespaceSeries(harness.Scrape(t, shard)), drop)...)
		}
		slices.Sort(got)
		return fmt.Sprintf("the shards together differ from one podscore in\n%s", harness.Difference(strings.Join(got, ""), strings.Join(want, ""))), slices.Equal(got, want)
	})
}

// TestAFewNamespaces: with --namespaces, a Role in each is enough, and nothing
// else is seen or asked for.
func TestAFewNamespaces(t *testing.T) {
	b := startBare(t, "", "-f config/default/namespace.yaml", "-f config/rbac/service_account.yaml -n podscore")
	b.fill(t, 0, 3, 2)
	b.Kubectl(t, "create", "namespace", "empty")
	watched := []string{"team-0", "team-2", "empty"}
	for _, namespace := range watched[:2] {
		b.Kubectl(t, "apply", "-k", "config/namespaced", "-n", namespace)
	}
	p := harness.StartPodscore(t, b.Binary, b.KubeconfigAs(t, "podscore", "podscore"), "--namespaces="+strings.Join(watched, ","))
	line := logLine(t, p, "ERROR", "watch", "pods")
	if !strings.Contains(line.Msg, "config/namespaced") || !strings.Contains(line.Err, `"empty"`) {
		t.Errorf("the log does not say in which namespace the Role is missing: %+v", line)
	}
	if text := harness.Scrape(t, p); len(harness.NamespaceSeries(text)) > 0 {
		t.Errorf("podscore claims to know something before it may see everything:\n%s", text)
	}
	b.Kubectl(t, "apply", "-k", "config/namespaced", "-n", watched[2])
	readyAgain(t, p)
	harness.AwaitPods(t, p, 4)
	b.fill(t, 9, 1, 1) // nobody watches team-9
	createIn(t, b, "team-0", "another")
	harness.AwaitPods(t, p, 5)
	text := harness.Scrape(t, p)
	for _, namespace := range watched {
		if harness.SeriesOf(text, namespace) == "" {
			t.Errorf("%s has no series", namespace)
		}
	}
	harness.AwaitObserved(t, p, 1)
	for _, line := range harness.NamespaceSeries(text) {
		if !slices.ContainsFunc(watched, func(ns string) bool { return strings.Contains(line, fmt.Sprintf("namespace=%q", ns)) }) {
			t.Errorf("nobody asked for %s", line)
		}
	}
	if asked := b.asked(t); len(asked) > 0 {
		t.Errorf("podscore asked for the pods of the whole cluster: %v", asked)
	}
}

func createIn(t *testing.T, b *bare, namespace, name string) {
	t.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: goodSpec()}
	if _, err := b.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// TestShardedManifests: the API server takes them, and they are what the tests run.
func TestShardedManifests(t *testing.T) {
	b := startBare(t, "", "-k config/sharded")
	set, err := b.Client.AppsV1().StatefulSets("podscore").Get(t.Context(), "podscore", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	container := set.Spec.Template.Spec.Containers[0]
	want := []string{"--log-format=json", "--leader-elect", fmt.Sprint("--shards=", *set.Spec.Replicas), "--shard=ordinal"}
	if !slices.Equal(container.Args, want) || container.Env[0].ValueFrom.FieldRef.FieldPath != "metadata.name" {
		t.Errorf("%d replicas with %v and %v, want %v", *set.Spec.Replicas, container.Args, container.Env, want)
	}
	pod := &corev1.Pod{Spec: set.Spec.Template.Spec}
	all, err := policy.Preset("all")
	if err != nil {
		t.Fatal(err)
	}
	if result := securitycontext.Score(securitycontext.FromPod(pod)); !all.Compliant(&result.Facts) {
		t.Errorf("a shard's pod does not score 100: %v", result.Findings)
	}
}
