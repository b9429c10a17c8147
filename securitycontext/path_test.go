package securitycontext

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestPath(t *testing.T) {
	const container = "spec.containers[0].securityContext."
	for _, c := range []struct {
		check Check
		pod   string
		want  string // the paths of the check's findings
	}{
		{runAsNonRoot, `containers: [{name: app}]`, container + "runAsNonRoot"},
		{runAsNonRoot, `{securityContext: {runAsNonRoot: false}, containers: [{name: app}]}`, "spec.securityContext.runAsNonRoot"},
		{runAsNonRoot, `{securityContext: {runAsNonRoot: true}, containers: [{name: app, securityContext: {runAsNonRoot: false}}]}`, container + "runAsNonRoot"},
		{runAsNonRoot, `{securityContext: {runAsNonRoot: false}, containers: [{name: app, securityContext: {runAsNonRoot: false}}]}`, container + "runAsNonRoot"},
		{runAsUserZero, `{securityContext: {runAsUser: 0}, initContainers: [{name: a}], containers: [{name: b, securityContext: {runAsUser: 0}}]}`, "spec.securityContext.runAsUser " + container + "runAsUser"},
		{
			capabilitiesDropAll, `{initContainers: [{name: a}, {name: b, restartPolicy: Always}], containers: [{name: c}], ephemeralContainers: [{name: d}]}`,
			"spec.initContainers[0].securityContext.capabilities.drop spec.initContainers[1].securityContext.capabilities.drop " + container + "capabilities.drop spec.ephemeralContainers[0].securityContext.capabilities.drop",
		},
		{capabilitiesDropAll, `containers: [{name: app, securityContext: {privileged: true}}]`, container + "privileged"},
		{allowPrivilegeEscalation, `containers: [{name: app, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]`, container + "capabilities.add"},
		{seccompProfile, `{securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: app, securityContext: {seccompProfile: {}}}]}`, container + "seccompProfile.type"},
		{seccompProfile, `{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: app}]}`, "spec.securityContext.seccompProfile.type"},
		{containerSecurityContext, `containers: [{name: app}]`, strings.TrimSuffix(container, ".")},
		{podSecurityContext, `containers: [{name: app}]`, "spec.securityContext"},
		{fsGroup, `{securityContext: {fsGroup: 0}, containers: [{name: app}]}`, "spec.securityContext.fsGroup"},
		{fsGroup, `{securityContext: {fsGroup: 1, supplementalGroups: [1, 0]}, containers: [{name: app}]}`, "spec.securityContext.supplementalGroups"},
		{windowsHostProcess, `{securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: app, securityContext: {windowsOptions: {runAsUserName: a}}}]}`, "spec.securityContext.windowsOptions.hostProcess"},
		{seLinuxOptions, `{securityContext: {seLinuxOptions: {user: a}}, containers: [{name: app, securityContext: {seLinuxOptions: {role: b}}}]}`, "spec.securityContext.seLinuxOptions.user " + container + "seLinuxOptions.role"},
		{
			appArmorProfile, `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}}, spec: {securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: app}]}}`,
			`metadata.annotations["container.apparmor.security.beta.kubernetes.io/app"]`,
		},
		{appArmorProfile, `{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: app}]}`, "spec.securityContext.appArmorProfile.type"},
	} {
		pod := FromPod(parsePod(t, c.pod))
		var paths []string
		for _, f := range Score(pod).Findings {
			if checks[f.Check].ID == c.check.ID {
				paths = append(paths, pod.Path(f).String())
			}
		}
		if got := strings.Join(paths, " "); got != c.want {
			t.Errorf("%s fails at %s, want %s, in\n%s", c.check.ID, got, c.want, c.pod)
		}
	}
}

// TestPathOfABadValue: a failure that is not for something missing is about a field that
// is set.
func TestPathOfABadValue(t *testing.T) {
	forRandomPods(t, func(t *testing.T, _ *rand.Rand, pod *corev1.Pod) {
		text, err := json.Marshal(pod)
		if err != nil {
			t.Fatal(err)
		}
		var whole any
		if err := json.Unmarshal(text, &whole); err != nil {
			t.Fatal(err)
		}
		p := FromPod(pod)
		for _, f := range Score(p).Findings {
			if path := p.Path(f); f.Reason != Missing && f.Reason != Empty && !isSet(whole, path) {
				t.Errorf("%v is said to be about %v, which is not set", f, path)
			}
		}
	})
}

func isSet(value any, path Path) bool {
	if len(path) == 0 {
		return value != nil
	}
	switch value := value.(type) {
	case map[string]any:
		return isSet(value[path[0]], path[1:])
	case []any:
		i, err := strconv.Atoi(path[0])
		return err == nil && i < len(value) && isSet(value[i], path[1:])
	}
	return false
}

// TestEveryCheckNamesAField: the API has the field, and the check judges it.
func TestEveryCheckNamesAField(t *testing.T) {
	for _, check := range checks {
		if check.Field == "" {
			continue
		}
		if !slices.ContainsFunc(fields, func(f field) bool {
			_, path, _ := strings.Cut(f.path, ".")
			return (path == check.Field || strings.HasPrefix(path, check.Field+".")) && slices.Contains(strings.Split(f.checks, ", "), check.ID)
		}) {
			t.Errorf("%s says that it is about %s, of which fields_test.go says otherwise", check.ID, check.Field)
		}
	}
}
