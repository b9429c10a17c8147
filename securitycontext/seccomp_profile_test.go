package securitycontext

import "testing"

func TestSeccompProfile(t *testing.T) {
	testCheck(t, seccompProfile, []checkCase{
		{"unset is unconfined", `containers: [{name: app}]`, "missing(app)"},
		{"RuntimeDefault for the pod", `{securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: app}]}`, "pass"},
		{"Localhost for the container", `containers: [{name: app, securityContext: {seccompProfile: {type: Localhost, localhostProfile: app.json}}}]`, "pass"},
		{"Unconfined", `{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: app}]}`, "unconfined(app)"},
		{"Unconfined for the pod, RuntimeDefault for every container", `{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: app, securityContext: {seccompProfile: {type: RuntimeDefault}}}]}`, "pass"},
		{"RuntimeDefault for the pod, Unconfined for one container", `{securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: app}, {name: log, securityContext: {seccompProfile: {type: Unconfined}}}]}`, "unconfined(log)"},
		{"privileged gets none", `{securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: app, securityContext: {privileged: true}}]}`, "privileged(app)"},
		{"a profile without a type", `{securityContext: {seccompProfile: {}}, containers: [{name: app}]}`, "missing(app)"},
		{"the legacy annotations are not read", `{metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default}}, spec: {containers: [{name: app}]}}`, "missing(app)"},
	})
}
