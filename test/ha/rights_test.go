package ha

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// TestEachRightOnTheLeaseIsNeeded takes one away at a time. podscore must not
// report, must say what is missing, and must go on by itself once it is granted.
func TestEachRightOnTheLeaseIsNeeded(t *testing.T) {
	cluster.Needs(t)
	for _, missing := range []string{"get", "create", "update"} {
		t.Run(missing, func(t *testing.T) {
			account := "without-" + missing
			role := grant(t, account, slices.DeleteFunc([]string{"get", "create", "update"}, func(verb string) bool { return verb == missing }))
			if missing == "update" { // or its creation would do for a while
				there := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: account}}
				if _, err := cluster.Client.CoordinationV1().Leases("podscore").Create(t.Context(), there, metav1.CreateOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			p := harness.StartPodscore(t, cluster.Binary, cluster.KubeconfigAs(t, "podscore", account),
				"--leader-elect", "--leader-elect-resource-namespace=podscore", "--leader-elect-resource-name="+account)
			awaitRefusal(t, p, missing)
			if page, err := get(ctx, http.DefaultClient, p.MetricsURL+"/metrics"); err != nil || !strings.Contains(page, "\npodscore_reporting 0\n") || strings.Contains(page, "podscore_namespace_") {
				t.Errorf("without the Lease it reports, or does not say that it does not: %v", err)
			}

			role.Rules[0].Verbs = []string{"get", "create", "update"}
			if _, err := cluster.Client.RbacV1().Roles("podscore").Update(ctx, role, metav1.UpdateOptions{}); err != nil {
				t.Fatal(err)
			}
			for !reporting(ctx, p) {
				if ctx.Err() != nil {
					t.Fatal("the right is granted, and podscore does not report")
				}
				time.Sleep(50 * time.Millisecond)
			}
			if err := p.Ready(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

func reporting(ctx context.Context, p *process.Podscore) bool {
	page, err := get(ctx, http.DefaultClient, p.MetricsURL+"/metrics")
	return err == nil && strings.Contains(page, "\npodscore_reporting 1\n")
}

// awaitRefusal waits until log and /readyz say that the right to a verb is missing.
func awaitRefusal(t *testing.T, p *process.Podscore, verb string) {
	t.Helper()
	var text []byte
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		text, _ = os.ReadFile(p.Log)
		for line := range strings.Lines(string(text)) {
			var entry struct{ Level, Msg, Verb, Resource string }
			if json.Unmarshal([]byte(line), &entry) != nil || entry.Level != "ERROR" || entry.Verb != verb || entry.Resource != "leases" {
				continue
			}
			if !strings.Contains(entry.Msg, "grant podscore's ServiceAccount this verb") {
				t.Errorf("the log does not say what to do: %s", line)
			}
			if status, body, err := process.Get(t.Context(), p.ProbesURL+"/readyz/lease"); status == http.StatusOK || err != nil || !strings.Contains(body, "leases") {
				t.Errorf("/readyz/lease answers %d, %v: %s", status, err, body)
			}
			return
		}
	}
	t.Fatalf("within 30 s the log says nothing of the verb %s on leases:\n%s", verb, text)
}

// grant makes a ServiceAccount in the namespace podscore that may list and
// watch, and has some verbs on leases.
func grant(t *testing.T, account string, verbs []string) *rbacv1.Role {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: "podscore", Name: account}
	role := &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: verbs}}}
	binding := harness.Binding(account, "podscore", "podscore", account)
	cluster.Create(t, harness.Account("podscore", account), role, binding, &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: binding.Subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: account},
	})
	cluster.Remove(t, &coordinationv1.Lease{ObjectMeta: meta})
	return role
}
