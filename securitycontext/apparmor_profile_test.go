package securitycontext

import "testing"

func TestAppArmorProfile(t *testing.T) {
	testCheck(t, appArmorProfile, []checkCase{
		{"unset", `containers: [{name: app}]`, "pass"},
		{"RuntimeDefault", `{securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: app}]}`, "pass"},
		{"Localhost", `containers: [{name: app, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}}]`, "pass"},
		{"Unconfined", `{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: app}]}`, "unconfined(app)"},
		{"the container overrides", `{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: app, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]}`, "pass"},
		{"annotation runtime/default", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: runtime/default}}, spec: {containers: [{name: app}]}}`, "pass"},
		{"annotation localhost/", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: localhost/p}}, spec: {containers: [{name: app}]}}`, "pass"},
		{"annotation unconfined", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}}, spec: {containers: [{name: app}, {name: log}]}}`, "unconfined(app)"},
		{"a field beats the annotation", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}}, spec: {securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: app}]}}`, "pass"},
	})
}
