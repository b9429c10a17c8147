package securitycontext

import "testing"

func TestRunAsUser(t *testing.T) {
	testCheck(t, runAsUser, []checkCase{
		{"unset", `containers: [{name: app}]`, "missing(app)"},
		{"any user but root", `{securityContext: {runAsUser: 1}, containers: [{name: app}]}`, "pass"},
		{"root for the pod", `{securityContext: {runAsUser: 0}, containers: [{name: app}]}`, "root(app)"},
		{"root for the pod, others for every container", `{securityContext: {runAsUser: 0}, containers: [{name: app, securityContext: {runAsUser: 1000}}]}`, "pass"},
		{"root for one container", `{securityContext: {runAsUser: 1000}, containers: [{name: app}, {name: log, securityContext: {runAsUser: 0}}]}`, "root(log)"},
		{"user namespace: root inside", `{hostUsers: false, securityContext: {runAsUser: 0}, containers: [{name: app}]}`, "not applicable"},
		{"user namespace: a pass stays", `{hostUsers: false, securityContext: {runAsUser: 7}, containers: [{name: app}]}`, "pass"},
	})
}
