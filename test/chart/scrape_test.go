package chart

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	args = append(args, c.withFiles(t, namespace, pod)...)
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

// withFiles returns the arguments of a pod's container, with directories of this machine
// in the place of those into which the kubelet would put ConfigMaps.
func (c *cluster) withFiles(t *testing.T, namespace string, pod *corev1.PodSpec) []string {
	t.Helper()
	args := slices.Clone(pod.Containers[0].Args)
	for _, mount := range pod.Containers[0].VolumeMounts {
		at := slices.IndexFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name && v.ConfigMap != nil })
		flag := slices.IndexFunc(args, func(arg string) bool { return strings.HasSuffix(arg, "="+mount.MountPath) })
		if at >= 0 && flag >= 0 {
			args[flag] = strings.TrimSuffix(args[flag], mount.MountPath) + c.mounted(t, namespace, pod.Volumes[at].ConfigMap)
		}
	}
	return args
}

// mounted puts the files of a ConfigMap into a directory; none of an optional one that
// is not there.
func (c *cluster) mounted(t *testing.T, namespace string, source *corev1.ConfigMapVolumeSource) string {
	t.Helper()
	dir := t.TempDir()
	configMap, err := c.Client.CoreV1().ConfigMaps(namespace).Get(t.Context(), source.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) && source.Optional != nil && *source.Optional {
		return dir
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range configMap.Data {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
