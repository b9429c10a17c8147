package securitycontext

import "testing"

func TestProcMount(t *testing.T) {
	testCheck(t, procMount, []checkCase{
		{"unset", `containers: [{name: app}]`, "pass"},
		{"Default", `containers: [{name: app, securityContext: {procMount: Default}}]`, "pass"},
		{"Unmasked", `containers: [{name: app, securityContext: {procMount: Unmasked}}]`, "unmasked(app)"},
		{"a user namespace relaxes nothing here", `{hostUsers: false, containers: [{name: app, securityContext: {procMount: Unmasked}}]}`, "unmasked(app)"},
	})
}
