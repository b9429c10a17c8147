package securitycontext

import "testing"

func TestCapabilitiesDropAll(t *testing.T) {
	testCheck(t, capabilitiesDropAll, []checkCase{
		{"no security context", `containers: [{name: app}]`, "missing(app)"},
		{"no list", `containers: [{name: app, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]`, "missing(app)"},
		{"an empty list", `containers: [{name: app, securityContext: {capabilities: {drop: []}}}]`, "missing(app)"},
		{"ALL", `containers: [{name: app, securityContext: {capabilities: {drop: [ALL]}}}]`, "pass"},
		{"ALL among others", `containers: [{name: app, securityContext: {capabilities: {drop: [KILL, ALL]}}}]`, "pass"},
		{"all in small letters", `containers: [{name: app, securityContext: {capabilities: {drop: [all]}}}]`, "pass non-canonical-case(app)"},
		{"both spellings", `containers: [{name: app, securityContext: {capabilities: {drop: [all, ALL]}}}]`, "pass"},
		{"CAP_ALL is no name", `containers: [{name: app, securityContext: {capabilities: {drop: [CAP_ALL]}}}]`, "partial(app)"},
		{"name by name", `containers: [{name: app, securityContext: {capabilities: {drop: [CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, NET_RAW, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT]}}}]`, "partial(app)"},
		{"privileged keeps them", `containers: [{name: app, securityContext: {privileged: true, capabilities: {drop: [ALL]}}}]`, "privileged(app)"},
		{"an init container forgets", `{initContainers: [{name: init}], containers: [{name: app, securityContext: {capabilities: {drop: [ALL]}}}]}`, "missing(init)"},
		{"Windows", `{os: {name: windows}, containers: [{name: app}]}`, "not applicable"},
	})
}
