package chart

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// TestRefusedLikePodscore: what the chart renders podscore takes, and what
// podscore refuses the chart does not render. Of watchStalledAfter it refuses more:
// podscore warns of what is below 90s and takes it, as tests need.
func TestRefusedLikePodscore(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "podscore")
	run(t, root, "go", "build", "-o", binary, "./cmd/podscore")
	t.Setenv("POD_NAME", "podscore-0")
	for _, c := range []struct {
		values string
		flags  []string
	}{
		{"scrapeInterval: 500ms", []string{"--scrape-interval=500ms"}},
		{"scrapeInterval: 61m", []string{"--scrape-interval=61m"}},
		{"exemptNamespaces: [kube-system, openshift-*]", []string{"--exempt-namespaces=kube-system,openshift-*"}},
		{"exemptNamespaces: ['*']", []string{"--exempt-namespaces=*"}},
		{"exemptNamespaces: ['**']", []string{"--exempt-namespaces=**"}},
		{"watchStalledAfter: 90s", []string{"--watch-stalled-after=90s"}},
		{"watchStalledAfter: 0.5s", []string{"--watch-stalled-after=0.5s"}},
		election("15s", "10s", "500ms"),
		election("15s", "15s", "500ms"),
		election("15s", "20s", "500ms"),
		election("1m", "59.5s", "500ms"),
		election("1m30s", "1m29s", "44.5s"),
		election("1m30s", "1m29s", "44.6s"),
		election("1s", "900ms", "450ms"),
		election("999ms", "900ms", "1ms"),
		election("1h", "0.5h", "15m"),
		election("1h", "0.5h", "15.1m"),
		election("15s", "10s", "0s"),
	} {
		_, refused := template(t, c.values)
		err := exec.CommandContext(t.Context(), binary, append(c.flags, "--version")...).Run()
		if (err != nil) != (refused != nil) {
			t.Errorf("with %s the chart says %v, and podscore with %q %v: one refuses what the other takes", c.values, refused, c.flags, err)
		}
	}
}

func election(lease, renew, retry string) (c struct {
	values string
	flags  []string
},
) {
	c.values = fmt.Sprintf("leaderElection: {leaseDuration: %s, renewDeadline: %s, retryPeriod: %s}", lease, renew, retry)
	c.flags = []string{"--leader-elect", "--leader-elect-lease-duration=" + lease, "--leader-elect-renew-deadline=" + renew, "--leader-elect-retry-period=" + retry}
	return c
}

// passed are the flags that extraArgs may have: they have no value, and nothing
// of the chart goes by them.
var passed = []string{"check-config", "kubeconfig", "pprof-bind-address", "version"}

// TestExtraArgsGoAroundNothing: every other flag is refused there, and what is to
// be set instead is named.
func TestExtraArgsGoAroundNothing(t *testing.T) {
	var refused map[string]string
	harness.ReadStrict(t, filepath.Join(chart, "flags.yaml"), &refused)
	for flag := range allFlags(t) {
		if instead := refused[flag]; (instead == "") != slices.Contains(passed, flag) {
			t.Errorf("charts/podscore/flags.yaml has %q for --%s: name the value to set instead, or name the flag above", instead, flag)
		}
		if want, is := grouped[flag]; is && refused[flag] != want {
			t.Errorf("charts/podscore/flags.yaml has %q for --%s, want %s", refused[flag], flag, want)
		}
		delete(refused, flag)
	}
	if len(refused) > 0 {
		t.Errorf("charts/podscore/flags.yaml has %v, and podscore has no such flags", refused)
	}
}
