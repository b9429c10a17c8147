package chart

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/test/harness"
)

// scraper is the ServiceAccount that the values let read the metrics.
const scraper = "scraper"

// reported runs podscore as one of an installation's pods would be, until it
// reports, and returns its metrics. Over TLS it asks as the scraper of a
// namespace, and sees to it that nobody else is answered.
func (c *cluster) reported(t *testing.T, namespace string, pod *corev1.PodSpec, scraperIn string) string {
	t.Helper()
	args := []string{"--metrics-secure"} // the default, which the arguments may change
	args = append(args, pod.Containers[0].Args...)
	args = append(args, "--leader-elect-resource-namespace="+namespace, "--log-format=json") // which tells where it serves
	p := harness.StartPodscore(t, c.Binary, c.KubeconfigAs(t, namespace, pod.ServiceAccountName), args...)
	defer func() {
		if err := p.Stop(); err != nil { // or the next could not lead
			t.Error(err)
		}
	}()
	harness.Ready(t, p, time.Minute)
	url, token := p.MetricsURL+"/metrics", ""
	if strings.HasPrefix(url, "https://") {
		if status, body, err := harness.Get(t.Context(), url, ""); status != http.StatusUnauthorized || strings.Contains(body, "podscore_") {
			t.Errorf("without a token /metrics answers %d, %v: %s", status, err, body)
		}
		token = strings.TrimSpace(c.kubectl(t, "--namespace="+scraperIn, "create", "token", scraper))
	}
	var page string
	harness.Eventually(t, func() (string, bool) {
		var status int
		var err error
		status, page, err = harness.Get(t.Context(), url, token)
		return fmt.Sprintf("podscore in %s does not report; /metrics answers %d, %v:\n%s", namespace, status, err, page),
			status == http.StatusOK && strings.Contains(page, "\npodscore_reporting 1\n")
	})
	return page
}
