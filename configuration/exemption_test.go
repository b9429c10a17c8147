package configuration

import (
	"strings"
	"testing"
)

// TestExemptions: every field of an exemption, right and wrong.
func TestExemptions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{one(`name: "1"`), ""},
		{one("name: a-b"), ""},
		{one("name: 1"), "f:4:9: name is the number 1 and has to be text: put it in quotes"},
		{one("name: A"), `f:4:9: name: "A" is no name: use small letters and digits, with hyphens between them, 63 at most`},
		{one("name: " + strings.Repeat("a", 64)), `f:4:9: name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no name: use small letters and digits, with hyphens between them, 63 at most`},
		{one("name: system-namespaces"), "f:4:9: name: system-namespaces is the name of the built-in exemption: take another"},
		{one("name:"), "f:4:8: name has no value: write a name, such as node-agents"},
		{teams + "reason: z\n", "f:4:3: name is missing: write a name, such as node-agents\nf:4:3: checks is missing: write a list of checks, such as [run-as-non-root], or [all]\nf:4:3: it is not said where the exemption holds: write namespaces, namespaceSelector or everywhere (everywhere: true for all namespaces)"},
		{one() + "- {name: x, reason: z, everywhere: true, checks: [all]}\n", "f:8:10: name: x is the name of the exemption at f:4:9: names are unique over all files"},

		{one("reason: ' '"), "f:4:11: reason: it is empty: say why the failures are accepted"},
		{one("reason: 2026-12-01"), "f:4:11: reason is the date 2026-12-01 and has to be text: put it in quotes"},
		{one("owner: team_a.b-c"), ""},
		{one("owner: ''"), `f:4:10: owner: "" cannot be a label's value: use letters and digits, with -, _ or . between them, 63 at most`},
		{one("owner: Team A"), `f:4:10: owner: "Team A" cannot be a label's value: use letters and digits, with -, _ or . between them, 63 at most`},
		{one("owner: on"), `f:4:10: owner is the text "on", which other readers of YAML take for true or false: put it in quotes`},
		{one("owner: 'on'"), ""},
		{one("namespaceSelector: {matchLabels: {y: x}}"), `f:4:37: a key is the text "y", which other readers of YAML take for true or false: put it in quotes`},
		{one("owner: true"), "f:4:10: owner is the truth value true and has to be text: put it in quotes"},
		{one("link: https://tickets.example.com/MESH-214"), ""},
		{one("link: http://tickets.example.com"), `f:4:9: link: "http://tickets.example.com" is no https URL: write one such as https://tickets.example.com/MESH-214`},
		{one("link: 'https://'"), `f:4:9: link: "https://" is no https URL: write one such as https://tickets.example.com/MESH-214`},
		{one("expire: never"), `f:4:3: unknown field "expire": did you mean expires?`},
		{one("podSelector: {}"), `f:4:3: unknown field "podSelector": an exemption has name, reason, owner, link, expires, namespaces, namespaceSelector, everywhere, workloads, containers and checks`},

		{one("namespaces: [shop, team-*, '*-dev']"), ""},
		{one("namespaces: ['*']"), `f:4:16: namespaces: "*" matches every namespace: write everywhere: true in place of namespaces`},
		{one("namespaces: ['**']"), `f:4:16: namespaces: "**" matches every namespace: write everywhere: true in place of namespaces`},
		{one("namespaces: [a**]"), "f:4:16: namespaces: ** stands for whole segments only: write \"a*\", or ** as a segment of its own"},
		{one("namespaces: ['a?']"), "f:4:16: namespaces: \"?\" is not allowed in a pattern: * stands for any characters but a slash, and ** for whole segments"},
		{one("namespaces: ['']"), "f:4:16: namespaces: an empty pattern matches nothing"},
		{one("namespaces: [Shop]"), `f:4:16: namespaces: "Shop" matches nothing: a namespace's name has small letters, digits and hyphens only`},
		{one("namespaces: []"), "f:4:15: namespaces is an empty list: write what it is about, or leave it out"},
		{one("namespaces: shop"), `f:4:15: namespaces is the text "shop": write a list of namespaces, such as [shop, team-*]`},
		{one("namespaces: [[shop]]"), "f:4:16: namespaces is a list: write a namespace's name"},
		{one("namespaces: [shop]", "everywhere: true"), "f:5:15: namespaces and everywhere are both given: keep one, and write an exemption of its own for the other"},
		{one("everywhere: false"), "f:4:15: everywhere: it can be true only: leave it out, and say where the exemption holds"},
		{one("everywhere: yes"), `f:4:15: everywhere is the text "yes": write true`},
		{one("everywhere: !!bool maybe"), "f:4:15: everywhere: it can be true only: leave it out, and say where the exemption holds"},

		{one("namespaceSelector: {matchLabels: {tier: legacy}, matchExpressions: [{key: example.com/team, operator: In, values: [a, b]}, {key: c, operator: DoesNotExist}]}"), ""},
		{one("namespaceSelector: {}"), "f:4:22: an empty selector would select every namespace: name labels, or write everywhere: true in its place"},
		{one("namespaceSelector: {matchLabels: {}}"), "f:4:22: an empty selector would select every namespace: name labels, or write everywhere: true in its place"},
		{one("namespaceSelector: {matchExpressions: []}"), "f:4:41: matchExpressions is an empty list: write what it is about, or leave it out"},
		{one("namespaceSelector: {tier: legacy}"), "f:4:22: an empty selector would select every namespace: name labels, or write everywhere: true in its place\nf:4:23: unknown field \"tier\": namespaceSelector has matchLabels and matchExpressions"},
		{one("namespaceSelector: tier=legacy"), `f:4:22: namespaceSelector is the text "tier=legacy": write a mapping with matchLabels or matchExpressions`},
		{one("namespaceSelector: {matchLabels: tier}"), `f:4:36: matchLabels is the text "tier": write a mapping of labels to their values`},
		{one("namespaceSelector: {matchLabels: {-a: b}}"), `f:4:37: matchLabels: "-a" cannot be a label's key: write it as it stands on the Namespace, such as tier or example.com/tier`},
		{one("namespaceSelector: {matchLabels: {a: b c}}"), `f:4:40: a: "b c" cannot be a label's value: use letters and digits, with -, _ or . between them, 63 at most`},
		{one("namespaceSelector: {matchLabels: {a: true}}"), `f:4:40: a is the truth value true and has to be text: put it in quotes`},
		{one("namespaceSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}"), `f:4:61: operator: unknown operator "in": did you mean In?`},
		{one("namespaceSelector: {matchExpressions: [{key: a, operator: In}]}"), "f:4:42: values is missing: In needs a list of values"},
		{one("namespaceSelector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}"), "f:4:76: values is an empty list: write what it is about, or leave it out"},
		{one("namespaceSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}"), "f:4:77: values: Exists asks for no values: leave them out"},
		{one("namespaceSelector: {matchExpressions: [{key: a b, operator: Exists}]}"), `f:4:48: key: "a b" cannot be a label's key: write it as it stands on the Namespace, such as tier or example.com/tier`},

		{one("workloads: [Deployment/cart, DaemonSet/fluent-bit-*, Rollout/*, Mine/a.b]"), ""},
		{one("workloads: [cart]"), `f:4:15: workloads: "cart" is no workload: write Kind/name, such as Deployment/cart or DaemonSet/fluent-bit-*`},
		{one("workloads: [shop/Deployment/cart]"), `f:4:15: workloads: "shop/Deployment/cart" is no workload: write Kind/name, such as Deployment/cart or DaemonSet/fluent-bit-*`},
		{one("workloads: [deployment/cart]"), `f:4:15: workloads: "deployment" is no kind: write it as Kubernetes does, such as Deployment, without *`},
		{one("workloads: ['*/cart']"), `f:4:15: workloads: "*" is no kind: write it as Kubernetes does, such as Deployment, without *`},
		{one("workloads: [Deployment/Cart]"), `f:4:15: workloads: "Cart" matches nothing: a workload's name has small letters, digits, hyphens and dots only`},
		{one("workloads: [Deployment/**]"), "f:4:15: workloads: ** is for the repositories of images: write * in a workload's name"},
		{one("workloads: [Deployment/]"), "f:4:15: workloads: an empty pattern matches nothing"},
		{one("workloads: []"), "f:4:14: workloads is an empty list: write what it is about, or leave it out"},

		{one("containers: [{name: istio-*, image: registry.example.com:5000/istio/**, class: init}, {image: nginx}]"), ""},
		{one("containers: []"), "f:4:15: containers is an empty list: write what it is about, or leave it out"},
		{one("containers: [istio-init]"), `f:4:16: containers is the text "istio-init": write a mapping with name, image or class`},
		{one("containers: [{}]"), "f:4:16: an entry of containers that says nothing would match every container: write name, image or class, or leave containers out"},
		{one("containers: [{nam: a}]"), `f:4:17: unknown field "nam": did you mean name?`},
		{one("containers: [{name: a_b}]"), `f:4:23: name: "a_b" matches nothing: a container's name has small letters, digits and hyphens only`},
		{one("containers: [{class: main}]"), `f:4:24: class: unknown class "main": use one of regular, init, sidecar and ephemeral`},
		{one("containers: [{image: 'nginx:1.29'}]"), `f:4:24: image: images are matched without their tag: leave out ":1.29"`},
		{one("containers: [{image: 'nginx@sha256:00'}]"), "f:4:24: image: images are matched without their digest: leave out what follows @"},
		{one("containers: [{image: '*'}]"), `f:4:24: image: "*" says nothing: leave image out to match any image`},
		{one("containers: [{image: '**'}]"), `f:4:24: image: "**" says nothing: leave image out to match any image`},
		{one("containers: [{image: nginx*}, {image: docker.io/**}, {image: registry.example.com:5000/**/proxyv2}]"), ""},
		{one("containers: [{image: '*/istio/proxyv2'}]"), `f:4:24: image: "*/istio/proxyv2" would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io`},
		{one("containers: [{image: '**/proxyv2'}]"), `f:4:24: image: "**/proxyv2" would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io`},
		{one("containers: [{image: 'ghcr.io*/istio/proxyv2'}]"), `f:4:24: image: "ghcr.io*/istio/proxyv2" would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io`},
		{one("containers: [{image: 'ghcr.io*'}]"), `f:4:24: image: "ghcr.io*" would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io`},
		{one("containers: [{image: 'registry-*:5000/**'}]"), `f:4:24: image: "registry-*:5000/**" would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io`},
		{one("containers: [{image: ''}]"), "f:4:24: image: an empty pattern matches nothing"},
		{one("containers: [{image: 'https://a.b/c'}]"), `f:4:24: image: "https://a.b/c" matches nothing: a repository has small letters, digits, and -, ., _ or / between them`},
		{one("containers: [{image: a/b**}]"), "f:4:24: image: ** stands for whole segments only: write \"b*\", or ** as a segment of its own"},

		{one("namespaces: [" + strings.Repeat("a,", longestList) + "]"), ""},
		{one("namespaces: [" + strings.Repeat("a,", longestList+1) + "]"), "f:4:2016: namespaces has 1001 entries, and at most 1000: write a pattern for several, or divide the exemption"},

		{one("checks: [run-as-non-root, privileged]"), ""},
		{one("checks: []"), "f:4:11: checks is an empty list: write what it is about, or leave it out"},
		{one("checks: all"), `f:4:11: checks is the text "all": write a list of checks, such as [run-as-non-root], or [all]`},
		{one("checks: [run-as-nonroot]"), `f:4:12: checks: unknown check "run-as-nonroot": did you mean run-as-non-root?`},
		{one("checks: ['*']"), `f:4:12: checks: unknown check "*": use one of all, run-as-non-root, capabilities-drop-all, allow-privilege-escalation, seccomp-profile, read-only-root-filesystem, run-as-user, run-as-group, pod-security-context, container-security-context, fs-group, privileged, windows-host-process, run-as-user-zero, capabilities-add, proc-mount, apparmor-profile, selinux-options and sysctls`},

		// All at once.
		{one("name: X", "expires: 2027-02-30", "namespaces: []", "checks: [none]", "foo: 1"), "f:4:9: name: \"X\" is no name: use small letters and digits, with hyphens between them, 63 at most\nf:5:12: expires: \"2027-02-30\" is no day or time that exists: write a day such as 2027-03-31, a time with its zone such as 2027-03-31T18:00:00Z, or never\nf:6:15: namespaces is an empty list: write what it is about, or leave it out\nf:7:12: checks: unknown check \"none\": use one of all, run-as-non-root, capabilities-drop-all, allow-privilege-escalation, seccomp-profile, read-only-root-filesystem, run-as-user, run-as-group, pod-security-context, container-security-context, fs-group, privileged, windows-host-process, run-as-user-zero, capabilities-add, proc-mount, apparmor-profile, selinux-options and sysctls\nf:8:3: unknown field \"foo\": an exemption has name, reason, owner, link, expires, namespaces, namespaceSelector, everywhere, workloads, containers and checks"},
	} {
		t.Run(short(strings.TrimPrefix(c.text, teams)), func(t *testing.T) { compareErrors(t, c.text, c.want) })
	}
}
