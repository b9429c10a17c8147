package securitycontext

import "testing"

func TestCapabilitiesAdd(t *testing.T) {
	testCheck(t, capabilitiesAdd, []checkCase{
		{"none", `containers: [{name: app}]`, "pass"},
		{"NET_BIND_SERVICE", `containers: [{name: app, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]`, "pass"},
		{"the same with CAP_, in small letters", `containers: [{name: app, securityContext: {capabilities: {add: [cap_net_bind_service]}}}]`, "pass"},
		{"any other", `containers: [{name: app, securityContext: {capabilities: {add: [NET_BIND_SERVICE, CHOWN]}}}]`, "added(app)"},
		{"ALL", `containers: [{name: app, securityContext: {capabilities: {add: [ALL]}}}]`, "added(app)"},
		{"a prefix alone is no name", `containers: [{name: app, securityContext: {capabilities: {add: [CAP_]}}}]`, "added(app)"},
	})
}
