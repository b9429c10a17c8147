package securitycontext

import "testing"

func TestRunAsUserZero(t *testing.T) {
	testCheck(t, runAsUserZero, []checkCase{
		{"unset leaves it to the image", `containers: [{name: app}]`, "pass"},
		{"0 is explicit, not unset", `{securityContext: {runAsUser: 0}, containers: [{name: app}]}`, "root(app)"},
		{"0 for the pod, others for every container", `{securityContext: {runAsUser: 0}, containers: [{name: app, securityContext: {runAsUser: 1000}}]}`, "pass"},
		{"user namespace", `{hostUsers: false, securityContext: {runAsUser: 0}, containers: [{name: app}]}`, "not applicable"},
	})
}
