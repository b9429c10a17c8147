package securitycontext

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func TestSysctls(t *testing.T) {
	testCheck(t, sysctls, []checkCase{
		{"no security context", `containers: [{name: app}]`, "pass"},
		{"an empty list", `{securityContext: {sysctls: []}, containers: [{name: app}]}`, "pass"},
		{"a safe one", `{securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: "4096 87380 6291456"}]}, containers: [{name: app}]}`, "pass"},
		{"an unsafe one", `{securityContext: {sysctls: [{name: kernel.shmmax, value: "1"}]}, containers: [{name: app}]}`, "unsafe()"},
		{"an unsafe one after a safe one", `{securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}, {name: net.core.somaxconn, value: "1"}]}, containers: [{name: app}]}`, "unsafe()"},
		{"a safe one with slashes, which Pod Security admission does not know either", `{securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: "1"}]}, containers: [{name: app}]}`, "unsafe()"},
		{"a user namespace relaxes nothing here", `{hostUsers: false, securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}, containers: [{name: app}]}`, "unsafe()"},
		{"Windows", `{os: {name: windows}, securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}, containers: [{name: app}]}`, "not applicable"},
	})
}

// TestSafeSysctlsAreTheLibrarys: of the names in the library's source, those are safe
// here that the library's latest version admits, and no others.
func TestSafeSysctlsAreTheLibrarys(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(podSecurityModule(t), "policy/check_sysctls.go"))
	if err != nil {
		t.Fatal(err)
	}
	admits := evaluating(t, api.LevelBaseline, []policy.Check{policy.CheckSysctls()})
	names := []string{"kernel.msgmax"}
	for _, match := range regexp.MustCompile(`"([a-z]+\.[a-z0-9_.]+)"`).FindAllSubmatch(source, -1) {
		names = append(names, string(match[1]))
	}
	if names = append(names, safeSysctls...); len(names) < 2*len(safeSysctls) {
		t.Fatalf("found only the names %v: does the library keep its list elsewhere now?", names)
	}
	for _, name := range names {
		pod := &corev1.Pod{Spec: corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{Sysctls: []corev1.Sysctl{{Name: name}}}}}
		if ours := slices.Contains(safeSysctls, name); ours != admits(pod) {
			t.Errorf("%s is safe here: %t; the library admits it: %t", name, ours, !ours)
		}
	}
}
