package main

import (
	"fmt"
	"regexp"

	"sigs.k8s.io/yaml"
)

// downloads is where the archives of a version are.
const downloads = "https://github.com/podscore/podscore/releases/download/"

// plugin is a manifest for Krew, which installs plugins of kubectl.
// https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest
type plugin struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   pluginMetadata `json:"metadata"`
	Spec       pluginSpec     `json:"spec"`
}

type pluginMetadata struct {
	Name string `json:"name"`
}

type pluginSpec struct {
	Version     string           `json:"version"`
	Homepage    string           `json:"homepage"`
	Short       string           `json:"shortDescription"`
	Description string           `json:"description"`
	Caveats     string           `json:"caveats"`
	Platforms   []pluginPlatform `json:"platforms"`
}

type pluginPlatform struct {
	Selector pluginSelector `json:"selector"`
	URI      string         `json:"uri"`
	Sum      string         `json:"sha256"`
	Bin      string         `json:"bin"`
}

type pluginSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

const (
	shortDescription = "Judge pods by CIS Kubernetes 5.6.3"
	description      = `Judges pods and manifests by the control "Apply Security Context to Your Pods
and Containers" of the CIS Kubernetes Benchmark, as the controller podscore does
in a cluster: which fails, on which line, why, and what to write.
`
	caveats = `To complete arguments, put kubectl_complete-podscore of the archive on the PATH.
Docs: https://github.com/podscore/podscore/blob/main/docs/terminal.md
`
)

// semantic is a version that Krew takes.
var semantic = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?$`)

func isSemantic(version string) bool { return semantic.MatchString(version) }

// krewManifest returns the manifest of a version, of which these are the archives.
func krewManifest(version string, archives []archive) ([]byte, error) {
	p := plugin{
		APIVersion: "krew.googlecontainertools.github.com/v1alpha2", Kind: "Plugin", Metadata: pluginMetadata{"podscore"},
		Spec: pluginSpec{Version: version, Homepage: "https://github.com/podscore/podscore", Short: shortDescription, Description: description, Caveats: caveats},
	}
	for _, a := range archives {
		p.Spec.Platforms = append(p.Spec.Platforms, pluginPlatform{
			Selector: pluginSelector{map[string]string{"os": a.platform.os, "arch": a.platform.arch}},
			URI:      downloads + version + "/" + a.name, Sum: fmt.Sprintf("%x", a.sum), Bin: a.platform.program(),
		})
	}
	return yaml.Marshal(p)
}
