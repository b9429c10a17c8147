package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	kubeconfig, err := s.cluster.KubeconfigFor(t.Context(), "podscore", "podscore")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--metrics-secure"} // as is the default, which StartPodscore changes
	args = append(args, deployment.Spec.Template.Spec.Containers[0].Args...)
	args = append(args, "--leader-elect-resource-namespace=podscore") // which a pod knows by itself
	s.replicas = nil
	var urls []string
	for i := range *deployment.Spec.Replicas {
		log := filepath.Join(s.dir, fmt.Sprintf("podscore-%d.log", i))
		replica, err := process.StartPodscore(t.Context(), s.binary, kubeconfig, log, args...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := replica.Stop(); err != nil {
				t.Error(err)
			}
			if t.Failed() {
				said, _ := os.ReadFile(log)
				t.Logf("podscore's log ends:\n%s", said[max(0, len(said)-4000):])
			}
		})
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
		if err := replica.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-replica.Ended()
	}
}

// reporting waits until one replica reports, and returns it.
func (s *stack) reporting(t *testing.T) (found *process.Podscore) {
	t.Helper()
	s.eventually(t, func() error {
		for _, replica := range s.replicas {
			status, page, err := s.get(t.Context(), replica.MetricsURL+"/metrics", s.token)
			if err == nil && status == http.StatusOK && strings.Contains(page, "\npodscore_reporting 1\n") {
				found = replica
				return nil
			}
		}
		return fmt.Errorf("none of %d replicas reports", len(s.replicas))
	})
	return found
}

// get returns a page's status and body. Nobody can verify the certificate that
// podscore makes itself.
func (s *stack) get(ctx context.Context, url, token string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// admitScraper makes the ServiceAccount that the example which ships binds to the
// right to read the metrics, and takes its token.
func (s *stack) admitScraper(t *testing.T) (tokenFile string) {
	t.Helper()
	s.kubectl(t, "create", "namespace", "monitoring")
	s.kubectl(t, "create", "serviceaccount", "prometheus-k8s", "--namespace=monitoring")
	s.kubectl(t, "apply", "--filename=config/prometheus/reader.yaml")
	token, err := s.cluster.Client.CoreV1().ServiceAccounts("monitoring").
		CreateToken(t.Context(), "prometheus-k8s", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.token = token.Status.Token
	tokenFile = filepath.Join(s.dir, "token")
	if err := os.WriteFile(tokenFile, []byte(s.token), 0o600); err != nil {
		t.Fatal(err)
	}
	return tokenFile
}
