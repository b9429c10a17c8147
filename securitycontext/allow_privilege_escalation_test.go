package securitycontext

import "testing"

func TestAllowPrivilegeEscalation(t *testing.T) {
	testCheck(t, allowPrivilegeEscalation, []checkCase{
		{"no security context", `containers: [{name: app}]`, "missing(app)"},
		{"unset is allowed", `containers: [{name: app, securityContext: {readOnlyRootFilesystem: true}}]`, "missing(app)"},
		{"false", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false}}]`, "pass"},
		{"true", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: true}}]`, "explicit-true(app)"},
		{"false, and privileged", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, privileged: true}}]`, "privileged(app)"},
		{"false, and SYS_ADMIN", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}}]`, "sys-admin(app)"},
		{"false, and CAP_SYS_ADMIN", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}}]`, "sys-admin(app)"},
		{"false, and ALL", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [ALL]}}}]`, "sys-admin(app)"},
		{"false, and cap_all", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [cap_all]}}}]`, "sys-admin(app)"},
		{"false, and a capability that does not escalate", `containers: [{name: app, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [NET_ADMIN]}}}]`, "pass"},
		{"only an init container escalates", `{initContainers: [{name: init, securityContext: {allowPrivilegeEscalation: true}}], containers: [{name: app, securityContext: {allowPrivilegeEscalation: false}}]}`, "explicit-true(init)"},
	})
}
