package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// shippedRole reads the role that ships.
func shippedRole(t *testing.T) *rbacv1.ClusterRole {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	var role rbacv1.ClusterRole
	harness.ReadStrict(t, filepath.Join(root, "config", "rbac", "cluster_role.yaml"), &role)
	return &role
}

// grant makes a ServiceAccount with the rules and returns its kubeconfig. The
// rules can be changed later under the same name.
func grant(t *testing.T, name string, rules []rbacv1.PolicyRule) string {
	t.Helper()
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
	cluster.Create(t, role, harness.Binding(name, name, "default", name), harness.Account("default", name))
	return cluster.KubeconfigAs(t, "default", name)
}

// TestShippedRightsAreWholeAndMinimal lists all that the ServiceAccount can do
// and another one, without any grant, cannot.
func TestShippedRightsAreWholeAndMinimal(t *testing.T) {
	cluster.Needs(t)
	harness.Eventually(t, func() (string, bool) { // RBAC's caches follow the manifests within moments
		everybodys := rightsOf(t, "nobody")
		rights := slices.DeleteFunc(rightsOf(t, "podscore"), func(right string) bool { return slices.Contains(everybodys, right) })
		want := []string{
			"create authentication.k8s.io/tokenreviews",        // who asks for /metrics,
			"create authorization.k8s.io/subjectaccessreviews", // and whether that may read it
			"create coordination.k8s.io/leases",
			"get,update coordination.k8s.io/leases podscore",
			"list,watch /pods,namespaces",
		}
		return fmt.Sprintf("beyond what everybody can, the ServiceAccount can\n%s\nwant\n%s", strings.Join(rights, "\n"), strings.Join(want, "\n")), slices.Equal(rights, want)
	})
}

// rightsOf lists what a ServiceAccount in the namespace podscore can do there.
func rightsOf(t *testing.T, account string) []string {
	t.Helper()
	config := rest.CopyConfig(cluster.Config)
	config.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:podscore:" + account,
		Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:podscore", "system:authenticated"},
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	review := &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: "podscore"}}
	review, err = client.AuthorizationV1().SelfSubjectRulesReviews().Create(t.Context(), review, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var rights []string
	for _, rule := range review.Status.ResourceRules {
		right := fmt.Sprintf("%s %s/%s %s", strings.Join(rule.Verbs, ","), strings.Join(rule.APIGroups, ","), strings.Join(rule.Resources, ","), strings.Join(rule.ResourceNames, ","))
		rights = append(rights, strings.TrimSpace(right))
	}
	for _, rule := range review.Status.NonResourceRules {
		rights = append(rights, strings.Join(rule.Verbs, ",")+" "+strings.Join(rule.NonResourceURLs, ","))
	}
	slices.Sort(rights)
	return rights
}

// TestEachRightIsNeeded takes the verbs of the shipped role away one by one:
// podscore must say which one is missing, claim nothing, and go on by itself
// once it is granted.
func TestEachRightIsNeeded(t *testing.T) {
	cluster.Needs(t)
	role := shippedRole(t)
	if len(role.Rules) != 1 {
		t.Fatalf("the shipped role has %d rules; teach this test about them", len(role.Rules))
	}
	for _, resource := range role.Rules[0].Resources {
		for _, verb := range role.Rules[0].Verbs {
			t.Run(verb+" "+resource, func(t *testing.T) {
				if verb == "list" { // a server that streams lists never asks for it
					t.Setenv("KUBE_FEATURE_WatchListClient", "false")
				}
				var without []rbacv1.PolicyRule
				for _, other := range role.Rules[0].Resources {
					rule := rbacv1.PolicyRule{APIGroups: role.Rules[0].APIGroups, Resources: []string{other}, Verbs: role.Rules[0].Verbs}
					if other == resource {
						rule.Verbs = slices.DeleteFunc(slices.Clone(rule.Verbs), func(v string) bool { return v == verb })
					}
					without = append(without, rule)
				}
				name := "without-" + verb + "-" + resource
				p := harness.StartPodscore(t, cluster.Binary, grant(t, name, without))

				errors := func() string {
					return harness.Value(harness.Scrape(t, p), fmt.Sprintf("podscore_watch_errors_total{resource=%q}", resource))
				}
				harness.Eventually(t, func() (string, bool) {
					return "watch errors: " + errors(), errors() != "absent" && harness.Number(t, errors()) > 0
				})
				line := logLine(t, p, "ERROR", verb, resource)
				if !strings.Contains(line.Msg, "grant podscore's ServiceAccount this verb on this resource") || !strings.Contains(line.Err, "forbidden") {
					t.Errorf("the log does not say what to do: %+v", line)
				}
				status, body, err := process.Get(t.Context(), p.ProbesURL+"/readyz")
				if err != nil || status != http.StatusInternalServerError || !strings.Contains(body, "[-]watch-"+resource+" failed") {
					t.Errorf("/readyz answers %d, %v:\n%s", status, err, body)
				}
				if status, _, err := process.Get(t.Context(), p.ProbesURL+"/healthz"); status != http.StatusOK {
					t.Errorf("/healthz answers %d, %v: a missing right is no reason to restart", status, err)
				}
				if verb == "list" && strings.Contains(harness.Scrape(t, p), "podscore_namespace_") {
					t.Error("there are compliance series before the first full pass")
				}

				granted := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: role.Rules}
				if _, err := cluster.Client.RbacV1().ClusterRoles().Update(t.Context(), granted, metav1.UpdateOptions{}); err != nil {
					t.Fatal(err)
				}
				readyAgain(t, p)
				logLine(t, p, "INFO", verb, resource)
			})
		}
	}
}

// readyAgain waits until podscore has noticed that all is well.
func readyAgain(t *testing.T, p *process.Podscore) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		t.Errorf("what was missing is there: %v", err)
	}
}

// TestNoRightsAtAll: podscore may start before its rights are there, and both
// the streaming list and the plain one are refused.
func TestNoRightsAtAll(t *testing.T) {
	cluster.Needs(t)
	p := harness.StartPodscore(t, cluster.Binary, grant(t, "without-rights", nil))
	for _, verb := range []string{"list", "watch"} {
		logLine(t, p, "ERROR", verb, "pods")
	}
	granted := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "without-rights"}, Rules: shippedRole(t).Rules}
	if _, err := cluster.Client.RbacV1().ClusterRoles().Update(t.Context(), granted, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	readyAgain(t, p)
}

type logEntry struct{ Level, Msg, Err, Verb, Resource string }

// logLine waits for a line of podscore's log about a verb and a resource.
func logLine(t *testing.T, p *process.Podscore, level, verb, resource string) logEntry {
	t.Helper()
	var found logEntry
	harness.Eventually(t, func() (string, bool) {
		log := harness.Read(t, p.Log)
		for line := range strings.Lines(log) {
			var entry logEntry
			if json.Unmarshal([]byte(line), &entry) != nil {
				t.Fatalf("a line of the log is no JSON: %s", line)
			}
			if entry.Level == level && entry.Verb == verb && entry.Resource == resource {
				found = entry
				return "", true
			}
		}
		return fmt.Sprintf("no %s line about %s %s in\n%s", level, verb, resource, log), false
	})
	return found
}

func TestServerThatCannotBeReached(t *testing.T) {
	cluster.Needs(t)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	text := `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
  clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}], users: [{name: u, user: {token: t}}]}`
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := harness.StartPodscore(t, cluster.Binary, kubeconfig)
	for _, resource := range []string{"pods", "namespaces"} {
		line := logLine(t, p, "ERROR", "watch", resource)
		if !strings.Contains(line.Msg, "cannot be reached") || !strings.Contains(line.Err, "127.0.0.1:1") {
			t.Errorf("the log does not say what is wrong: %+v", line)
		}
		harness.Eventually(t, func() (string, bool) { // it retries
			errors := harness.Value(harness.Scrape(t, p), fmt.Sprintf("podscore_watch_errors_total{resource=%q}", resource))
			return "watch errors: " + errors, errors != "absent" && harness.Number(t, errors) >= 6
		})
	}
	text = harness.Scrape(t, p)
	if harness.Value(text, "podscore_synced") != "0" || harness.Value(text, "podscore_reporting") != "0" || strings.Contains(text, "podscore_namespace_") {
		t.Errorf("podscore claims to know something:\n%s", text)
	}
	status, body, err := process.Get(t.Context(), p.ProbesURL+"/readyz")
	want := "[-]first-full-pass failed: reason withheld\n[-]watch-namespaces failed: reason withheld\n[-]watch-pods failed: reason withheld\nhealthz check failed\n"
	if err != nil || status != http.StatusInternalServerError || body != want {
		t.Errorf("/readyz answers %d, %v:\n%s\nwant\n%s", status, err, body, want)
	}
}
