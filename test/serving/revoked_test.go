package serving

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// TestRightsTakenAway: whose right or account is taken away gets nothing any more
// a minute later, and whose right is granted, at once.
func TestRightsTakenAway(t *testing.T) {
	cluster.Needs(t)
	t.Parallel()
	p := start(t)
	url := p.MetricsURL + "/metrics"
	bindings := cluster.Client.RbacV1().ClusterRoleBindings()
	scrapers := map[string]*scraper{}
	for _, name := range []string{"loses-right", "loses-account"} {
		cluster.Create(t, harness.Account("default", name))
		scrapers[name] = newScraper(token(t, name), "127.0.0.1")
		if page, err := scrapers[name].scrape(t.Context(), url); err != nil || page.status != 403 {
			t.Fatalf("%s before the grant: %v, %v", name, page, err)
		}
		cluster.Create(t, harness.Binding(name, "scraper", "default", name))
		eventually(t, func() (string, bool) {
			page, err := scrapers[name].scrape(t.Context(), url)
			return name + " was granted the right and gets nothing", err == nil && page.status == 200
		})
	}
	if err := bindings.Delete(t.Context(), "loses-right", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	deleteAccount(t, "loses-account")

	taken := time.Now()
	for name, want := range map[string]int{"loses-right": 403, "loses-account": 401} {
		for {
			page, err := scrapers[name].scrape(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if page.status == want {
				t.Logf("%s gets %d after %s", name, want, time.Since(taken).Round(time.Second))
				break
			}
			if page.status != 200 {
				t.Fatalf("%s gets %d, want %d", name, page.status, want)
			}
			if time.Since(taken) > 65*time.Second {
				t.Fatalf("%s still gets %d after %s", name, page.status, time.Since(taken))
			}
			time.Sleep(time.Second)
		}
	}
}
