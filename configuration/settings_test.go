package configuration

import "testing"

// TestSettings: every field of a Configuration, right and wrong.
func TestSettings(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"preset: restricted", ""},
		{"preset: strict", `f:3:9: preset: unknown preset "strict": use one of cis, restricted and all`},
		{"checks: {read-only-root-filesystem: {required: false}, privileged: {required: true}}", ""},
		{"checks: {}", ""},
		{"checks: [privileged]", "f:3:9: checks is a list: write a mapping of checks, such as {sysctls: {required: false}}"},
		{"checks: {all: {required: true}}", `f:3:10: checks: unknown check "all": use one of run-as-non-root, capabilities-drop-all, allow-privilege-escalation, seccomp-profile, read-only-root-filesystem, run-as-user, run-as-group, pod-security-context, container-security-context, fs-group, privileged, windows-host-process, run-as-user-zero, capabilities-add, proc-mount, apparmor-profile, selinux-options and sysctls`},
		{"checks: {privileged: true}", "f:3:22: privileged is the truth value true: write a mapping with required"},
		{"checks: {privileged: {}}", "f:3:22: required is missing: write true or false"},
		{"checks: {privileged: {weight: 3, required: true}}", `f:3:23: unknown field "weight": a check has required`},
		{"checks: {privileged: {required: 'true'}}", `f:3:33: required is the text "true": write true or false`},
		{"requireExpiry: true", ""},
		{"requireExpiry: TRUE", ""},
		{"requireExpiry: on", `f:3:16: requireExpiry is the text "on": write true or false`},
		{"requireExpiry: !!bool x", `f:3:16: requireExpiry: "x" is neither true nor false`},
		{"maxExpiry: 365d", ""},
		{"maxExpiry: 365", `f:3:12: maxExpiry: "365" is no number of days: write whole days, from 1d to 99999d, such as 365d`},
		{"maxExpiry: 0d", `f:3:12: maxExpiry: "0d" is no number of days: write whole days, from 1d to 99999d, such as 365d`},
		{"maxExpiry: 8760h", `f:3:12: maxExpiry: "8760h" is no number of days: write whole days, from 1d to 99999d, such as 365d`},
		{"maxExpiry: 100000d", `f:3:12: maxExpiry: "100000d" is no number of days: write whole days, from 1d to 99999d, such as 365d`},
		{"limits: {exemptionSeries: 0, workloadSeries: 5000}", ""},
		{"limits: {}", ""},
		{"limits: {exemptionSeries: -1}", "f:3:27: exemptionSeries: -1 is no number of series: write a whole number from 0 to 999999999"},
		{"limits: {exemptionSeries: 1.5}", "f:3:27: exemptionSeries: 1.5 is no number of series: write a whole number from 0 to 999999999"},
		{"limits: {exemptionSeries: 010}", "f:3:27: exemptionSeries: 010 is no number of series: write a whole number from 0 to 999999999"},
		{"limits: {exemptionSeries: '1'}", `f:3:27: exemptionSeries is the text "1": write a whole number`},
		{"limits: {series: 1}", `f:3:10: unknown field "series": limits has exemptionSeries and workloadSeries`},
		{"exemptions: []", ""},
		{"exemptions:", "f:3:12: exemptions has no value: write a list of exemptions, or [] for none"},
		{"exemptions: {}", "f:3:13: exemptions is a mapping: write a list of exemptions, or [] for none"},
		{"exemption: []", `f:3:1: unknown field "exemption": did you mean exemptions?`},
		{"namespaceLabels: {team: example.com/team}", `f:3:1: unknown field "namespaceLabels": a Configuration has apiVersion, kind, preset, checks, requireExpiry, maxExpiry, limits and exemptions`},
	} {
		t.Run(c.text, func(t *testing.T) { compareErrors(t, ours+c.text+"\n", c.want) })
	}
}
