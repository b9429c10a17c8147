package configuration

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/podscore/podscore/policy"
)

// setOf returns what files say, by name, all of which must be good.
func setOf(t *testing.T, files map[string]string) *Set {
	t.Helper()
	f := newFolder(t)
	for name, text := range files {
		f.write(name, text)
	}
	set, errs := Read(now, Options{}, f.path)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return set
}

// TestSameHash: what says the same has the same hash.
func TestSameHash(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{ours, ours + "preset: cis\nexemptions: []\nlimits: {}\nchecks: {}\n"},
		{one("expires: 2027-03-31"), one("expires: 2027-04-01T02:00:00+02:00")},
		{one("expires: never"), one()},
		{one("namespaces: [a, b]"), one("namespaces: [b, a, b]")},
		{one("checks: [sysctls, fs-group]"), one("checks: [fs-group, sysctls]")},
		{one("checks: [all, sysctls]"), one()},
		{one("containers: [{image: nginx}, {name: a}]"), one("containers: [{name: a}, {image: docker.io/library/nginx}]")},
		{one("workloads: [Job/a, Job/b]"), one("workloads:\n  - Job/b # both\n  - Job/a")},
		{one("namespaceSelector: {matchLabels: {a: b}}"), one("namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [b, b]}]}")},
	} {
		a, b := setOf(t, map[string]string{"a.yaml": c.a}), setOf(t, map[string]string{"b.yml": c.b})
		if a.Hash(nil) != b.Hash(nil) || a.Digest(nil) != b.Digest(nil) {
			t.Errorf("the hashes of these differ:\n%s\n%s\n%s\n%s", c.a, c.b, a.Canonical(), b.Canonical())
		}
	}
}

// TestHashStays: a new field of the configuration must not change the hash of files without
// it. Replicas of two versions would seem to differ during an upgrade.
func TestHashStays(t *testing.T) {
	for _, c := range []struct {
		text string
		hash uint64
	}{
		{ours, 279773969152616},
		{ours + "preset: all\nlimits: {workloadSeries: 7}\nexemptions: [{name: x, reason: z, everywhere: true, checks: [all]}]\n", 174569732825930},
	} {
		set := setOf(t, map[string]string{"a.yaml": c.text})
		if got := set.Hash(nil); got != c.hash {
			t.Errorf("the hash is %d, want %d, of\n%s\n%s\nGive what is new in canonical.go omitempty or omitzero", got, c.hash, c.text, set.Canonical())
		}
	}
}

// TestOtherHash: what says anything else has another hash, which a float64 holds.
func TestOtherHash(t *testing.T) {
	seen := map[uint64]string{}
	for _, text := range []string{
		ours, ours + "preset: all", ours + "requireExpiry: true", ours + "maxExpiry: 1d", ours + "limits: {workloadSeries: 0}", ours + "limits: {exemptionSeries: 0}",
		ours + "checks: {sysctls: {required: false}}", ours + "checks: {sysctls: {required: true}}",
		one(), one("name: y1"), one("reason: a"), one("owner: a"), one("link: https://a"), one("expires: 2027-03-31"), one("namespaces: [a]"), one("namespaces: [a*]"),
		one("namespaceSelector: {matchLabels: {a: b}}"), one("workloads: [Job/a]"), one("containers: [{name: a}]"), one("containers: [{image: a}]"), one("containers: [{class: init}]"), one("checks: [sysctls]"),
	} {
		set := setOf(t, map[string]string{"a.yaml": text})
		for _, flags := range []map[string]string{nil, {"preset": "all"}, {"exempt-namespaces": "a"}} {
			hash := set.Hash(flags)
			if other, taken := seen[hash]; taken {
				t.Errorf("%d is the hash of two:\n%s\n%s", hash, text, other)
			}
			if seen[hash] = text; uint64(float64(hash)) != hash {
				t.Errorf("a float64 does not hold %d", hash)
			}
			if digest := set.Digest(flags); len(digest) != 64 || !strings.HasPrefix(digest, fmt.Sprintf("%012x", hash)) {
				t.Errorf("the digest %s does not begin with the hash %012x, or has not 64 digits", digest, hash)
			}
		}
	}
}

// TestOrderDoesNotMatter: however exemptions are ordered and divided into files, and
// however these are formatted, the set and its hash are the same.
func TestOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		var entries []map[string]any
		for i := range 1 + r.IntN(12) {
			entries = append(entries, randomEntry(r, i))
		}
		want := setOf(t, map[string]string{"a.yaml": document(t, entries)})
		r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		divided, files := map[string][]map[string]any{}, map[string]string{}
		for _, e := range entries {
			name := fmt.Sprintf("%d.yaml", r.IntN(4))
			divided[name] = append(divided[name], e)
		}
		for name, entries := range divided {
			files[name] = document(t, entries)
		}
		if got := setOf(t, files); !bytes.Equal(got.Canonical(), want.Canonical()) || got.Hash(nil) != want.Hash(nil) {
			t.Errorf("seed %d: in one file the set is\n%s\nin several\n%s", seed, want.Canonical(), got.Canonical())
		}
	}
}

func document(t *testing.T, entries []map[string]any) string {
	text, err := yaml.Marshal(map[string]any{"apiVersion": APIVersion, "kind": exemptionsKind, "exemptions": entries})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// randomEntry returns an exemption that is valid.
func randomEntry(r *rand.Rand, i int) map[string]any {
	some := func(all ...string) []string {
		all = slices.Clone(all)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all[:1+r.IntN(len(all))]
	}
	e := map[string]any{"name": fmt.Sprintf("x-%d", i), "reason": "why", "checks": some(checkIDs()...)}
	switch r.IntN(3) {
	case 0:
		e["everywhere"] = true
	case 1:
		e["namespaces"] = some("a", "b-*", "*-c")
	default:
		e["namespaceSelector"] = map[string]any{"matchLabels": map[string]string{"tier": "legacy"}}
	}
	if r.IntN(2) == 0 {
		e["workloads"] = some("Job/a", "Deployment/b-*", "Pod/c.d")
	}
	if r.IntN(2) == 0 {
		e["containers"] = []map[string]string{{"name": "a", "class": some("init", "sidecar")[0]}, {"image": some("nginx", "a/**")[0]}}
	}
	if r.IntN(2) == 0 {
		e["expires"] = now.AddDate(0, 0, r.IntN(100)).Format(time.DateOnly)
	}
	return e
}

// TestPolicy: preset, checks and exemptions together make the policy.
func TestPolicy(t *testing.T) {
	const guards = "privileged windows-host-process run-as-user-zero capabilities-add proc-mount apparmor-profile selinux-options sysctls"
	for _, c := range []struct{ text, preset, required string }{
		{ours, "", "run-as-non-root capabilities-drop-all allow-privilege-escalation seccomp-profile read-only-root-filesystem " + guards},
		{ours + "preset: restricted", "", "run-as-non-root capabilities-drop-all allow-privilege-escalation seccomp-profile " + guards},
		{ours + "preset: all", "restricted", "run-as-non-root capabilities-drop-all allow-privilege-escalation seccomp-profile " + guards},
		{ours + "preset: restricted\nchecks: {seccomp-profile: {required: false}, fs-group: {required: true}, sysctls: {required: false}, privileged: {required: true}}", "", "run-as-non-root capabilities-drop-all allow-privilege-escalation fs-group " + strings.TrimSuffix(guards, " sysctls")},
	} {
		p, err := setOf(t, map[string]string{"a.yaml": c.text, "b.yaml": named("b", "z")}).Policy(c.preset, policy.Exemption{Name: policy.SystemNamespaces})
		if err != nil {
			t.Fatal(err)
		}
		var required, exemptions []string
		for i, id := range checkIDs() {
			if p.Required().Has(i) {
				required = append(required, id)
			}
		}
		for _, e := range p.Exemptions() {
			exemptions = append(exemptions, e.Name)
		}
		if got := strings.Join(required, " "); got != c.required {
			t.Errorf("required are %s, want %s, with %s", got, c.required, c.text)
		}
		if got := strings.Join(exemptions, " "); got != "b system-namespaces z" {
			t.Errorf("the exemptions are %s", got)
		}
	}
}

// TestExemptionOf: every field of an exemption reaches the policy, or who shows it.
func TestExemptionOf(t *testing.T) {
	set := setOf(t, map[string]string{"a.yaml": one("owner: o", "link: https://l", "expires: 2027-03-31", "namespaces: [shop]", "workloads: [Job/w-*]", "containers: [{name: c, image: nginx, class: sidecar}]", "checks: [all]")})
	e := set.Exemptions()[0]
	got := fmt.Sprint(e.Name, " ", e.Reason, " ", e.Owner, " ", e.Link, " ", e.Ends, " ", e.Namespaces, " ", e.Everywhere, " ", e.NamespaceSelector, " ", e.Workloads, " ", *e.Containers[0].Name, " ", *e.Containers[0].Image, " ", *e.Containers[0].Class, " ", len(checkNames(policy.Exemption{Checks: e.Checks})), e.All, " ", filepath.Base(e.Place.String()))
	if want := "x z o https://l 2027-04-01 00:00:00 +0000 UTC [shop] false <nil> [{Job w-*}] c docker.io/library/nginx sidecar 18 true a.yaml:4:3"; got != want {
		t.Errorf("the exemption is\n%s\nwant\n%s", got, want)
	}
}

// TestEveryFieldReachesThePolicy: a field that a file has and that is not passed on would
// have the exemption cover more than is written, or not be told.
func TestEveryFieldReachesThePolicy(t *testing.T) {
	passed := map[string]bool{}
	for _, where := range []string{"namespaces: [shop]", "namespaceSelector: {matchLabels: {a: b}}", "everywhere: true"} {
		e := setOf(t, map[string]string{"a.yaml": one(where, "owner: o", "link: https://l", "expires: 2027-03-31", "workloads: [Job/w]", "containers: [{name: c}]", "checks: [all]")}).Exemptions()[0]
		for _, fields := range []reflect.Value{reflect.ValueOf(e), reflect.ValueOf(e.Exemption)} {
			for i := range fields.NumField() {
				name := fields.Type().String() + "." + fields.Type().Field(i).Name
				passed[name] = passed[name] || !fields.Field(i).IsZero()
			}
		}
	}
	for name, is := range passed {
		if !is {
			t.Errorf("no file sets %s: pass it on in entry.exemption, and set it in this test", name)
		}
	}
}

// TestImage: a repository is completed as the container runtime completes it.
func TestImage(t *testing.T) {
	for image, want := range map[string]string{
		"nginx": "docker.io/library/nginx", "nginx*": "docker.io/library/nginx*", "bitnami/nginx": "docker.io/bitnami/nginx", "bitnami/*": "docker.io/bitnami/*",
		"registry.example.com/a/b": "registry.example.com/a/b", "registry:5000/a": "registry:5000/a", "localhost/a": "localhost/a",
		"docker.io/nginx": "docker.io/library/nginx", "index.docker.io/library/nginx": "docker.io/library/nginx", "docker.io/bitnami/*": "docker.io/bitnami/*", "docker.io/**": "docker.io/**",
	} {
		if glob, err := parseImage(image); err != nil || glob.String() != want {
			t.Errorf("%s is %s, want %s (%v)", image, glob, want, err)
		}
	}
}
