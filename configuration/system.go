package configuration

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/podscore/podscore/policy"
)

// SystemNamespaces returns the namespaces whose pods are exempt from everything if nobody
// says otherwise: the control is about the workloads of users.
func SystemNamespaces() []string { return []string{"kube-system", "kube-public", "kube-node-lease"} }

// TakeOut returns the built-in exemption, which takes the pods of namespaces out of
// everything; none if there are no namespaces. In a namespace * stands for any characters.
func TakeOut(namespaces []string) ([]policy.Exemption, error) {
	var patterns []policy.Glob
	for _, name := range namespaces {
		if strings.Trim(name, "*") == "" && name != "" {
			return nil, fmt.Errorf("%q is every namespace: name those that are exempt", name)
		}
		if len(validation.IsDNS1123Label(strings.ReplaceAll(name, "*", "x"))) > 0 {
			return nil, fmt.Errorf("%q is no namespace's name, nor a pattern of names: use small letters and digits, with hyphens between them, and * for any characters", name)
		}
		pattern, err := policy.ParseGlob(name)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, pattern)
	}
	if len(patterns) == 0 {
		return nil, nil
	}
	return []policy.Exemption{policy.TakeOutNamespaces(patterns...)}, nil
}
