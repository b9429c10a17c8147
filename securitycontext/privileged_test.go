package securitycontext

import "testing"

func TestPrivileged(t *testing.T) {
	testCheck(t, privileged, []checkCase{
		{"unset", `containers: [{name: app}]`, "pass"},
		{"false", `containers: [{name: app, securityContext: {privileged: false}}]`, "pass"},
		{"true", `containers: [{name: app, securityContext: {privileged: true}}]`, "privileged(app)"},
		{"only an ephemeral container", `{containers: [{name: app}], ephemeralContainers: [{name: debug, securityContext: {privileged: true}}]}`, "privileged(debug)"},
		{"more ephemeral containers than others", `{containers: [{name: app}], ephemeralContainers: [{name: a}, {name: b, securityContext: {privileged: true}}]}`, "privileged(b)"},
		{"a user namespace relaxes nothing here", `{hostUsers: false, containers: [{name: app, securityContext: {privileged: true}}]}`, "privileged(app)"},
	})
}
