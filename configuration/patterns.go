package configuration

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// What a pattern may look like. No name in Kubernetes looks otherwise, so that a pattern that
// does would match nothing, and nobody would know.
const label = `[a-z0-9*]([-a-z0-9*]*[a-z0-9*])?`

var (
	ofLabel     = regexp.MustCompile(`^` + label + `$`)
	ofSubdomain = regexp.MustCompile(`^` + label + `(\.` + label + `)*$`)
	ofKind      = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,62}$`)
)

// globSchema says what a pattern may look like.
func globSchema(pattern string) schema { return schema{"type": "string", "pattern": pattern} }

var namespacePattern = text("a namespace's name", globSchema(ofLabel.String()), func(s string) (policy.Glob, error) {
	if strings.Trim(s, "*") == "" && s != "" {
		return policy.Glob{}, fmt.Errorf("%q matches every namespace: write everywhere: true in place of namespaces", s)
	}
	return nameGlob(s, "a namespace's name", ofLabel, validation.DNS1123LabelMaxLength)
})

var containerPattern = pointed(text("a container's name", globSchema(ofLabel.String()), func(s string) (policy.Glob, error) {
	return nameGlob(s, "a container's name", ofLabel, validation.DNS1123LabelMaxLength)
}))

// nameGlob parses a pattern for names without slashes.
func nameGlob(s, what string, looks *regexp.Regexp, longest int) (policy.Glob, error) {
	glob, err := policy.ParseGlob(s)
	switch {
	case err != nil:
		return glob, err
	case strings.Contains(s, "**"):
		return glob, fmt.Errorf("** is for the repositories of images: write * in %s", what)
	case !looks.MatchString(s):
		between := map[*regexp.Regexp]string{ofLabel: "hyphens", ofSubdomain: "hyphens and dots"}[looks]
		return glob, fmt.Errorf("%q matches nothing: %s has small letters and digits, and %s between them", short(s), what, between)
	case len(strings.ReplaceAll(s, "*", "")) > longest:
		return glob, fmt.Errorf("%q matches nothing: %s has at most %d characters", short(s), what, longest)
	}
	return glob, nil
}

var workloadPattern = text("a workload, such as Deployment/cart", globSchema(`^[A-Z][A-Za-z0-9]*/`+label+`(\.`+label+`)*$`), func(s string) (policy.WorkloadPattern, error) {
	kind, name, found := strings.Cut(s, "/")
	switch {
	case !found || strings.Contains(name, "/"):
		return policy.WorkloadPattern{}, fmt.Errorf("%q is no workload: write Kind/name, such as Deployment/cart or DaemonSet/fluent-bit-*", short(s))
	case !ofKind.MatchString(kind):
		return policy.WorkloadPattern{}, fmt.Errorf("%q is no kind: write it as Kubernetes does, such as Deployment, without *", short(kind))
	}
	glob, err := nameGlob(name, "a workload's name", ofSubdomain, validation.DNS1123SubdomainMaxLength)
	return policy.WorkloadPattern{Kind: kind, Name: glob}, err
})

var imagePattern = pointed(text("an image's repository", globSchema(`^([-._:a-z0-9]+/[-._:/a-z0-9*]+|[-_a-z0-9*]+|[-._a-z0-9]+)$`), parseImage))

// parseImage parses a pattern for the repositories of images, and completes it as the
// container runtime completes the name of an image. The registry has no *: else whoever has
// a registry of any name could bring images that match.
func parseImage(s string) (policy.Glob, error) {
	registry, _, named := strings.Cut(s, "/")
	last := s[strings.LastIndex(s, "/")+1:]
	switch tag := strings.Index(last, ":"); {
	case strings.Contains(s, "@"):
		return policy.Glob{}, errors.New("images are matched without their digest: leave out what follows @")
	case tag >= 0:
		return policy.Glob{}, fmt.Errorf("images are matched without their tag: leave out %q", short(last[tag:]))
	case s == "*" || s == "**":
		return policy.Glob{}, fmt.Errorf("%q says nothing: leave image out to match any image", s)
	case strings.Contains(registry, "*") && (named || strings.Contains(registry, ".")):
		return policy.Glob{}, fmt.Errorf("%q would match images of registries that anybody can have: write the registry without *, such as registry.example.com/team/*; a name without a registry is one of docker.io", short(s))
	}
	glob, err := policy.ParseGlob(completed(s))
	if err == nil && !canMatch(glob) {
		err = fmt.Errorf("%q matches nothing: a repository has small letters, digits, and -, ., _ or / between them", short(s))
	}
	return glob, err
}

// canMatch reports whether there is an image that a pattern matches.
func canMatch(image policy.Glob) bool {
	one := strings.NewReplacer("**", "x/x", "*", "x").Replace(image.String())
	return securitycontext.Repository(one) == one
}

// completed returns a pattern with the registry, and the folder, that are meant where
// none is named.
func completed(s string) string {
	first, _, found := strings.Cut(s, "/")
	switch {
	case s == "":
		return s
	case !found:
		return "docker.io/" + inLibrary(s)
	case first == "docker.io" || first == "index.docker.io": // two names of one registry
		return "docker.io/" + inLibrary(strings.TrimPrefix(s, first+"/"))
	case strings.ContainsAny(first, ".:") || first == "localhost":
		return s
	}
	return "docker.io/" + s
}

// inLibrary returns a repository of docker.io with the folder that is meant where none is named.
func inLibrary(s string) string {
	if strings.Contains(s, "/") || s == "**" {
		return s
	}
	return "library/" + s
}
