package policy

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/securitycontext"
)

const (
	barePod = `{containers: [{name: app, image: nginx}]}`

	securePod = `
securityContext: {runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, fsGroup: 2000, seccompProfile: {type: RuntimeDefault}}
containers:
- name: app
  image: nginx
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}`

	smallestRestrictedPod = `
securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
containers:
- name: app
  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`
)

func TestPointsAndVerdict(t *testing.T) {
	for _, c := range []struct {
		name, pod       string
		points          Points
		percent         int
		cis, restricted bool
		all             bool
	}{
		{"a bare pod", barePod, Points{0, 58, 0}, 0, false, false, false},
		{"the secure example", securePod, Points{60, 60, 0}, 100, true, true, true},
		{"the smallest pod that restricted admits", smallestRestrictedPod, Points{44, 58, 0}, 75, false, true, false},
		{"the smallest pod that restricted admits, with a volume", smallestRestrictedPod + "\nvolumes: [{name: v, emptyDir: {}}]", Points{44, 60, 0}, 73, false, true, false},
		{"guards cost", strings.Replace(securePod, "drop: [ALL]", "drop: [ALL], add: [CHOWN]", 1), Points{60, 60, 10}, 85, false, false, false},
		{"privileged costs its core checks and more", `{containers: [{name: app, securityContext: {privileged: true, readOnlyRootFilesystem: true}}]}`, Points{9, 58, 30}, 10, false, false, false},
		{"an unsafe sysctl is not compliant under any preset", strings.Replace(securePod, "fsGroup: 2000", "fsGroup: 2000, sysctls: [{name: kernel.sem, value: '1'}]", 1), Points{60, 60, 4}, 93, false, false, false},
		// What https://github.com/kubernetes/kubectl/blob/v0.37.2/pkg/cmd/debug/profiles.go sets.
		{"a good pod that was debugged with --profile=restricted", securePod + "\nephemeralContainers: [{name: debugger, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}}]", Points{54, 60, 0}, 90, false, true, false},
		{"a finished pod earns nothing", `{metadata: {name: done}, spec: {containers: [{name: app}]}, status: {phase: Succeeded}}`, Points{}, 0, true, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := securitycontext.Score(securitycontext.FromPod(parsePod(t, c.pod)))
			points := PointsOf(&result.Facts)
			if percent, _ := points.Percent(); points != c.points || percent != c.percent {
				t.Errorf("got %+v, %d %%; want %+v, %d %%\nfindings: %v", points, percent, c.points, c.percent, result.Findings)
			}
			for preset, want := range map[string]bool{"cis": c.cis, "restricted": c.restricted, "all": c.all} {
				if got := mustPreset(t, preset).Compliant(&result.Facts); got != want {
					t.Errorf("compliant under %s: got %t, want %t", preset, got, want)
				}
			}
		})
	}
}

// parsePod parses a pod's spec in YAML, or a whole pod if the text starts with its
// metadata. An unknown field is an error.
func parsePod(t *testing.T, text string) *corev1.Pod {
	t.Helper()
	var pod corev1.Pod
	target := any(&pod.Spec)
	if strings.HasPrefix(text, "{metadata:") {
		target = &pod
	}
	if err := yaml.UnmarshalStrict([]byte(text), target); err != nil {
		t.Fatalf("the test's pod does not parse: %v\n%s", err, text)
	}
	return &pod
}

// TestNoScoreIsNoFullScore: there is a score if and only if a core check applies, even
// if nothing is earned.
func TestNoScoreIsNoFullScore(t *testing.T) {
	for _, c := range []struct {
		points  Points
		ratio   float64
		percent int
		ok      bool
	}{
		{Points{}, 0, 0, false},
		{Points{0, 0, 30}, 0, 0, false},
		{Points{0, 10, 0}, 0, 0, true},
		{Points{10, 10, 30}, 0.25, 25, true},
		{Points{2, 3, 0}, 2.0 / 3, 66, true},
	} {
		ratio, ok := c.points.Ratio()
		percent, percentOK := c.points.Percent()
		if ratio != c.ratio || percent != c.percent || ok != c.ok || percentOK != c.ok {
			t.Errorf("%+v: ratio %v, %t and percent %d, %t; want %v and %d, both %t", c.points, ratio, ok, percent, percentOK, c.ratio, c.percent, c.ok)
		}
	}
}

// TestWeightsFit: no sum of weights overflows a field of Points.
func TestWeightsFit(t *testing.T) {
	all := 0
	for _, check := range checks {
		all += check.Weight
	}
	if all > math.MaxUint8 {
		t.Errorf("all weights together are %d, and more than a field of Points holds", all)
	}
}

// TestRatioIsAFraction: whatever fails and applies, the ratio is between 0 and 1.
func TestRatioIsAFraction(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for range 10_000 {
		failed, applies := securitycontext.CheckSet(r.Uint32()), securitycontext.CheckSet(r.Uint32())
		points := PointsOf(&securitycontext.Facts{Failed: failed & applies, NotApplicable: ^applies})
		if ratio, ok := points.Ratio(); ratio < 0 || ratio > 1 || (!ok && ratio != 0) {
			t.Fatalf("ratio %f from %+v", ratio, points)
		}
	}
}
