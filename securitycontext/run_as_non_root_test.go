package securitycontext

import "testing"

func TestRunAsNonRoot(t *testing.T) {
	testCheck(t, runAsNonRoot, []checkCase{
		{"unset at both levels", `containers: [{name: app}]`, "missing(app)"},
		{"set for the pod", `{securityContext: {runAsNonRoot: true}, containers: [{name: app}]}`, "pass"},
		{"set for the container", `containers: [{name: app, securityContext: {runAsNonRoot: true}}]`, "pass"},
		{"false for the pod, true for every container", `{securityContext: {runAsNonRoot: false}, containers: [{name: app, securityContext: {runAsNonRoot: true}}]}`, "pass"},
		{"true for the pod, false for one container", `{securityContext: {runAsNonRoot: true}, containers: [{name: app}, {name: log, securityContext: {runAsNonRoot: false}}]}`, "explicit-false(log)"},
		{"false for the pod", `{securityContext: {runAsNonRoot: false}, containers: [{name: app}]}`, "explicit-false(app)"},
		{"a user is no substitute", `{securityContext: {runAsUser: 1000}, containers: [{name: app}]}`, "missing(app)"},
		{"root by number, which the kubelet will refuse", `{securityContext: {runAsNonRoot: true, runAsUser: 0}, containers: [{name: app}]}`, "pass"},
		{"every class is in scope", `{initContainers: [{name: init}, {name: proxy, restartPolicy: Always}], containers: [{name: app}], ephemeralContainers: [{name: debug}]}`, "missing(init) missing(proxy) missing(app) missing(debug)"},
		{"user namespace: a fail does not apply", `{hostUsers: false, containers: [{name: app}]}`, "not applicable"},
		{"user namespace: a pass stays", `{hostUsers: false, securityContext: {runAsNonRoot: true}, containers: [{name: app}]}`, "pass"},
		{"user namespace of the host's", `{hostUsers: true, containers: [{name: app}]}`, "missing(app)"},
		{"Windows", `{os: {name: windows}, containers: [{name: app}]}`, "missing(app)"},
	})
}
