package securitycontext

import "testing"

func TestPodSecurityContext(t *testing.T) {
	testCheck(t, podSecurityContext, []checkCase{
		{"absent", `containers: [{name: app}]`, "empty()"},
		{"null", `{securityContext: null, containers: [{name: app}]}`, "empty()"},
		{"{}", `{securityContext: {}, containers: [{name: app}]}`, "empty()"},
		{"an empty list in it", `{securityContext: {supplementalGroups: []}, containers: [{name: app}]}`, "empty()"},
		{"one field", `{securityContext: {fsGroup: 2000}, containers: [{name: app}]}`, "pass"},
		{"a field set badly is set", `{securityContext: {runAsNonRoot: false}, containers: [{name: app}]}`, "pass"},
		{"the containers' do not count", `containers: [{name: app, securityContext: {runAsNonRoot: true}}]`, "empty()"},
		{"Windows", `{os: {name: windows}, containers: [{name: app}]}`, "empty()"},
	})
}
