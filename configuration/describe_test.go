package configuration

import (
	"bytes"
	"strings"
	"testing"
)

// TestDescribe: what --check-config says, whole. The sample's is in docs/exemptions.md.
func TestDescribe(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", ours, `Preset: cis, the default.

0 exemptions. Hash: H
`},
		{"the settings", ours + "preset: all\nchecks: {sysctls: {required: false}, run-as-user: {required: true}}\nrequireExpiry: true\nlimits: {exemptionSeries: 5, workloadSeries: 7}\n", `Preset: all.
A compliant pod must pass run-as-user.
A compliant pod may fail sysctls.
Every exemption says when it ends, or that it never does.
At most 5 series of podscore_exemption_pods are exposed.
At most 7 series of podscore_workload_failing_pods are exposed.

0 exemptions. Hash: H
`},
		{"a limit on ends", ours + "maxExpiry: 1d\n", `Preset: cis, the default.
Every exemption ends, at most 1 day after its file was read.

0 exemptions. Hash: H
`},
		{"a team's file", one("expires: 2020-01-01", "owner: a", "namespaces: [b, a-*]", "workloads: [Mine/x, Job/y, Mine/z]", "checks: [sysctls, fs-group]", "reason: |\n    Because\n    of x."), `There is no Configuration among these files: its rules are not known, such as requireExpiry and maxExpiry, and podscore may refuse what is valid here.

f:4:3: x (a) excuses failures of fs-group and sysctls in the pods of Job/y, Mine/x and Mine/z and all their containers, in the namespaces a-* and b, until 2020-01-02 00:00:00 UTC. Reason: Because of x.
  Warning: it has ended, and excuses nothing.
  Warning: podscore does not know the kind Mine: it matches only if pods have an owner of that kind.

1 exemption. Hash: H
`},
		{"containers", ours + "exemptions:\n" + strings.TrimPrefix(one("containers: [{name: a, image: nginx, class: init}, {image: b/**}]", "namespaces: [c]", "expires: never"), teams[:len(teams)-2]), `Preset: cis, the default.

f:4:3: x excuses failures of all checks in containers with the image docker.io/b/** and containers named a of the class init with the image docker.io/library/nginx of pods (not of the pods themselves), in the namespace c, without an end. Reason: z

1 exemption. Hash: H
`},
		{"what can excuse nothing", one("checks: [fs-group, sysctls]", "containers: [{name: a}]", "workloads: [ReplicaSet/x, ReplicaSet/y]"), `There is no Configuration among these files: its rules are not known, such as requireExpiry and maxExpiry, and podscore may refuse what is valid here.

f:4:3: x excuses failures of fs-group and sysctls in containers named a of the pods of ReplicaSet/x and ReplicaSet/y (not of the pods themselves), in every namespace, without an end. Reason: z
  Warning: its checks fail in the pod itself, never in a container: without containers it excuses them.
  Warning: the pods of a Deployment are those of Deployment/name, not of its ReplicaSet.

1 exemption. Hash: H
`},
		{"all", ours + "exemptions:\n" + strings.TrimPrefix(one("namespaceSelector: {matchLabels: {a: b}}", "workloads: [Job/*]"), teams[:len(teams)-2]), `Preset: cis, the default.

f:4:3: x takes the pods of Job/* out of everything, in namespaces with the labels a in (b), without an end. Reason: z

1 exemption. Hash: H
`},
	} {
		contents := parse(source{path: "f"}, []byte(c.text))
		if len(contents.errors) > 0 {
			t.Fatalf("%s: %v", c.name, contents.errors)
		}
		var said bytes.Buffer
		Describe(&said, newSet([]content{contents}), now, nil)
		before, _, _ := strings.Cut(said.String(), "Hash: ")
		if got := before + "Hash: H\n"; got != c.want {
			t.Errorf("%s: it says\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
