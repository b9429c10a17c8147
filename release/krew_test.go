package main

import (
	"net/url"
	"path"
	"regexp"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestKrewManifest: it has what Krew asks of a manifest. Krew's own validation is internal
// to it: https://github.com/kubernetes-sigs/krew/blob/master/internal/index/validation/validate.go
func TestKrewManifest(t *testing.T) {
	var archives []archive
	for _, p := range platforms {
		r := release{version: "v1.2.3"}
		archives = append(archives, archive{platform: p, name: r.name(p.os + "_" + p.arch + ".tar.gz")})
	}
	text, err := krewManifest("v1.2.3", archives)
	if err != nil {
		t.Fatal(err)
	}
	var is plugin
	if err := yaml.UnmarshalStrict(text, &is); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if is.APIVersion != "krew.googlecontainertools.github.com/v1alpha2" || is.Kind != "Plugin" || is.Metadata.Name != "podscore" || !isSemantic(is.Spec.Version) {
		t.Errorf("it is no manifest of podscore:\n%s", text)
	}
	if short := is.Spec.Short; short == "" || len(short) > 50 || is.Spec.Description == "" || is.Spec.Homepage == "" {
		t.Errorf("Krew asks for a homepage, a description, and a short one of at most 50 characters:\n%s", text)
	}
	seen := map[string]bool{}
	for i, p := range is.Spec.Platforms {
		labels := p.Selector.MatchLabels
		on := platform{labels["os"], labels["arch"]}
		if len(labels) != 2 || on != platforms[i] || seen[on.String()] {
			t.Errorf("the platform %v is not one of those that are built, or there twice", labels)
		}
		seen[on.String()] = true
		at, err := url.Parse(p.URI)
		if err != nil || at.Scheme != "https" || path.Base(at.Path) != archives[i].name {
			t.Errorf("%v: %s is no address of its archive: %v", on, p.URI, err)
		}
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(p.Sum) || p.Bin != on.program() {
			t.Errorf("%v: the checksum %q or the program %q is wrong", on, p.Sum, p.Bin)
		}
	}
	if len(seen) != len(platforms) {
		t.Errorf("it has %d platforms, want %d", len(seen), len(platforms))
	}
}
