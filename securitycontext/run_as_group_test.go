package securitycontext

import "testing"

func TestRunAsGroup(t *testing.T) {
	testCheck(t, runAsGroup, []checkCase{
		{"unset", `containers: [{name: app}]`, "missing(app)"},
		{"any group but root's", `{securityContext: {runAsGroup: 3000}, containers: [{name: app}]}`, "pass"},
		{"root's", `{securityContext: {runAsGroup: 0}, containers: [{name: app}]}`, "root-group(app)"},
		{"the container overrides", `{securityContext: {runAsGroup: 0}, containers: [{name: app, securityContext: {runAsGroup: 1}}]}`, "pass"},
		{"user namespace", `{hostUsers: false, containers: [{name: app}]}`, "not applicable"},
	})
}
