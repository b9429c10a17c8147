package securitycontext

import "testing"

func TestWindowsHostProcess(t *testing.T) {
	testCheck(t, windowsHostProcess, []checkCase{
		{"unset", `{os: {name: windows}, containers: [{name: app}]}`, "pass"},
		{"for the pod", `{os: {name: windows}, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: app}]}`, "host-process(app)"},
		{"for the container", `{os: {name: windows}, containers: [{name: app, securityContext: {windowsOptions: {hostProcess: true}}}]}`, "host-process(app)"},
		{"merged field by field", `{os: {name: windows}, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: app, securityContext: {windowsOptions: {runAsUserName: web}}}]}`, "host-process(app)"},
		{"false for the container", `{os: {name: windows}, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: app, securityContext: {windowsOptions: {hostProcess: false}}}]}`, "pass"},
		{"an operating system that nobody named", `{securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: app}]}`, "host-process(app)"},
	})
}
