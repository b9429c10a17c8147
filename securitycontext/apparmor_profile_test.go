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
		{"annotation with a value that nobody knows", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: complain}}, spec: {containers: [{name: app}]}}`, "unconfined(app)"},
		{"an empty annotation is none", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: ""}}, spec: {securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: app}]}}`, "unconfined(app)"},
		{"the container's field goes before the annotation", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}}, spec: {containers: [{name: app, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}}]}}`, "pass"},
		{"a bad field of the container goes before a good annotation", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: runtime/default}}, spec: {containers: [{name: app, securityContext: {appArmorProfile: {type: Unconfined}}}]}}`, "unconfined(app)"},
		{"the annotation goes before the pod's field", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}}, spec: {securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}, initContainers: [{name: init}], containers: [{name: app}]}}`, "unconfined(app)"},
		{"a good annotation goes before a bad field of the pod, for its container", `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: localhost/p}}, spec: {securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: app}, {name: log}]}}`, "unconfined(log)"},
	})
}
