package securitycontext

import "testing"

func TestContainerSecurityContext(t *testing.T) {
	testCheck(t, containerSecurityContext, []checkCase{
		{"absent", `containers: [{name: app}]`, "empty(app)"},
		{"null", `containers: [{name: app, securityContext: null}]`, "empty(app)"},
		{"{}", `containers: [{name: app, securityContext: {}}]`, "empty(app)"},
		{"{}, and the pod's set", `{securityContext: {runAsNonRoot: true}, containers: [{name: app, securityContext: {}}]}`, "empty(app)"},
		{"one field", `containers: [{name: app, securityContext: {runAsNonRoot: true}}]`, "pass"},
		{"a field set badly is set", `containers: [{name: app, securityContext: {privileged: true}}]`, "pass"},
		{"one container without", `containers: [{name: app, securityContext: {runAsNonRoot: true}}, {name: log}]`, "empty(log)"},
		{"Windows by node selector", `{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: app}]}`, "not applicable"},
	})
}
