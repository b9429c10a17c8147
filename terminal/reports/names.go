package reports

import (
	"fmt"
	"strings"

	"github.com/podscore/podscore/terminal/verdicts"
)

// names writes the names of objects, as kubectl does: "deployment.apps/cart".
type names struct{ Options }

func newNames(o Options, _ string) (Format, error) { return &names{o}, nil }

// Verdict implements Format.
func (n *names) Verdict(v *verdicts.Verdict) error {
	if !n.All && v.Noncompliant() == 0 {
		return nil
	}
	resource := strings.ToLower(v.Kind)
	if group, _, versioned := strings.Cut(v.APIVersion, "/"); versioned {
		resource += "." + group
	}
	_, err := fmt.Fprintln(n.Out, Plain(resource+"/"+v.Name))
	return err
}

// End implements Format.
func (n *names) End(*Summary) error { return nil }
