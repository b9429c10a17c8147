package reports

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// checks are all checks, in their order.
var checks = securitycontext.Checks()

// object names an object, such as "Deployment shop/cart", and says for how many pods it stands.
func object(v *verdicts.Verdict) string {
	name := v.Kind + " " + v.Namespace + "/" + v.Name
	switch {
	case v.Pods == 1:
		return name + " (1 pod)"
	case v.Pods > 1:
		return fmt.Sprintf("%s (%d pods)", name, v.Pods)
	}
	return name
}

// sentence says what is wrong with an object, such as "Deployment shop/cart, container app:
// capabilities are not dropped".
func sentence(v *verdicts.Verdict, f *verdicts.Failure) string {
	return Plain(object(v) + of(f) + ": " + advice.Says(f.Finding))
}

// of names the container that fails.
func of(f *verdicts.Failure) string {
	switch {
	case f.Index == securitycontext.OfPod:
		return ""
	case f.Class == securitycontext.Regular:
		return ", container " + f.Container
	}
	return ", " + f.Class.String() + " container " + f.Container
}

// at returns where a failure stands, as it begins a line; "" for what is read from a cluster.
func at(v *verdicts.Verdict, f *verdicts.Failure) string {
	if v.Source.File == "" {
		return ""
	}
	return place(v.Source.File, f.Region) + ": "
}

// place returns where something stands, such as "shop/cart.yaml:14:9".
func place(file string, r manifests.Region) string {
	return Plain(fmt.Sprintf("%s:%d:%d", file, r.Line, r.Column))
}

// Plain returns a text of one line without the characters by which a file could write over the
// terminal.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// ids returns the ids of checks.
func ids(set securitycontext.CheckSet) (ids []string) {
	for check := range set.All() {
		ids = append(ids, checks[check].ID)
	}
	return ids
}
