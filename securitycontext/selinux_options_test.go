package securitycontext

import "testing"

func TestSELinuxOptions(t *testing.T) {
	testCheck(t, seLinuxOptions, []checkCase{
		{"unset", `containers: [{name: app}]`, "pass"},
		{"a container type", `{securityContext: {seLinuxOptions: {type: container_kvm_t, level: "s0:c1,c2"}}, containers: [{name: app}]}`, "pass"},
		{"another type", `{securityContext: {seLinuxOptions: {type: spc_t}}, containers: [{name: app}]}`, "custom-type(app)"},
		{"a user", `containers: [{name: app, securityContext: {seLinuxOptions: {user: system_u}}}]`, "custom-user(app)"},
		{"a role", `containers: [{name: app, securityContext: {seLinuxOptions: {role: system_r}}}]`, "custom-role(app)"},
		{"the container's replaces the pod's whole", `{securityContext: {seLinuxOptions: {type: spc_t, user: u}}, containers: [{name: app, securityContext: {seLinuxOptions: {level: s0}}}]}`, "pass"},
	})
}
