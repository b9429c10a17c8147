package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// startReplicas starts podscore in place of each of its pods, with the arguments
// that the chart gave these, as the ServiceAccount that the chart made, and
// connects them to the network.
func (s *stack) startReplicas(t *testing.T) {
	t.Helper()
	deployment, err := s.cluster.Client.AppsV1().Deployments("podscore").Get(t.Context(), "podscore", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig := s.cluster.KubeconfigAs(t, "podscore", "podscore")
	args := []string{"--metrics-secure"} // as is the default, which StartPodscore changes
	args = append(args, deployment.Spec.Template.Spec.Containers[0].Args...)
	args = append(args, "--leader-elect-resource-namespace=podscore") // which a pod knows by itself
	s.replicas = nil
	var urls []string
	for range *deployment.Spec.Replicas {
		replica := harness.StartPodscore(t, s.cluster.Binary, kubeconfig, args...)
		s.replicas = append(s.replicas, replica)
		urls = append(urls, replica.MetricsURL)
	}
	if err := s.network.Connect(urls...); err != nil {
		t.Fatal(err)
	}
}

// kill ends replicas without a chance to say so.
func (s *stack) kill(t *testing.T, replicas ...*process.Podscore) {
	t.Helper()
	for _, replica := range replicas {
		if err := replica.Kill(); err != nil {
			t.Fatal(err)
		}
	}
}

// reporting waits until one replica reports, and returns it.
func (s *stack) reporting(t *testing.T) (found *process.Podscore) {
	t.Helper()
	s.eventually(t, func() error {
		for _, replica := range s.replicas {
			status, page, err := harness.Get(t.Context(), replica.MetricsURL+"/metrics", s.token)
			if err == nil && status == http.StatusOK && strings.Contains(page, "\npodscore_reporting 1\n") {
				found = replica
				return nil
			}
		}
		return fmt.Errorf("none of %d replicas reports", len(s.replicas))
	})
	return found
}

// admitScraper makes the ServiceAccount that the example which ships binds to the
// right to read the metrics, and takes its token.
func (s *stack) admitScraper(t *testing.T) (tokenFile string) {
	t.Helper()
	s.cluster.Kubectl(t, "create", "namespace", "monitoring")
	s.cluster.Kubectl(t, "create", "serviceaccount", "prometheus-k8s", "--namespace=monitoring")
	s.cluster.Kubectl(t, "apply", "--filename=config/prometheus/reader.yaml")
	token, err := s.cluster.Client.CoreV1().ServiceAccounts("monitoring").
		CreateToken(t.Context(), "prometheus-k8s", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.token = token.Status.Token
	tokenFile = filepath.Join(s.cluster.Dir, "token")
	if err := os.WriteFile(tokenFile, []byte(s.token), 0o600); err != nil {
		t.Fatal(err)
	}
	return tokenFile
}
