package securitycontext

import "testing"

func TestSELinuxOptions(t *testing.T) {
	testCheck(t, seLinuxOptions, []checkCase{
		{"unset", `containers: [{name: app}]`, "pass"},
		{"a container type", `{securityContext: {seLinuxOptions: {type: container_kvm_t, level: "s0:c1,c2"}}, containers: [{name: app}]}`, "pass"},
		{"every type that Pod Security allows", `{initContainers: [{name: a, securityContext: {seLinuxOptions: {type: container_t}}}, {name: b, securityContext: {seLinuxOptions: {type: container_init_t}}}], containers: [{name: c, securityContext: {seLinuxOptions: {type: container_kvm_t}}}, {name: d, securityContext: {seLinuxOptions: {type: container_engine_t}}}]}`, "pass"},
		{"another type", `{securityContext: {seLinuxOptions: {type: spc_t}}, containers: [{name: app}]}`, "custom-type()"},
		{"a user", `containers: [{name: app, securityContext: {seLinuxOptions: {user: system_u}}}]`, "custom-user(app)"},
		{"a role", `containers: [{name: app, securityContext: {seLinuxOptions: {role: system_r}}}]`, "custom-role(app)"},
		{"an empty struct overrides nothing", `{securityContext: {seLinuxOptions: {user: u}}, initContainers: [{name: init, securityContext: {seLinuxOptions: {}}}], containers: [{name: app, securityContext: {seLinuxOptions: {}}}]}`, "custom-user()"},
		{"nor does a good one", `{securityContext: {seLinuxOptions: {type: spc_t, role: r}}, containers: [{name: app, securityContext: {seLinuxOptions: {type: container_t, level: s0}}}]}`, "custom-type()"},
		{"a good pod excuses no container", `{securityContext: {seLinuxOptions: {type: container_t}}, containers: [{name: app}, {name: log, securityContext: {seLinuxOptions: {type: spc_t}}}]}`, "custom-type(log)"},
		{"both levels", `{securityContext: {seLinuxOptions: {role: r}}, containers: [{name: app, securityContext: {seLinuxOptions: {type: spc_t}}}]}`, "custom-role() custom-type(app)"},
		{"Windows", `{os: {name: windows}, securityContext: {seLinuxOptions: {type: spc_t}}, containers: [{name: app}]}`, "not applicable"},
	})
}
