package configuration

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// constant is a text that can be one only. The document is read as what it says, so
// that it needs no look again.
func constant(is string) value[struct{}] {
	return text(is, schema{"type": "string", "enum": []string{is}}, func(string) (struct{}, error) { return struct{}{}, nil })
}

// none keeps nothing.
func none(*settings) *struct{} { return new(struct{}) }

// oneOf is a text out of a list. What says what it names, such as "check".
func oneOf(what string, known []string) value[string] {
	return text("a "+what, schema{"type": "string", "enum": known}, func(s string) (string, error) {
		return s, isOneOf(what, s, known)
	})
}

func isOneOf(what, s string, known []string) error {
	if !slices.Contains(known, s) {
		return fmt.Errorf("unknown %s %q: %s", what, short(s), suggestion(s, "use one of", known))
	}
	return nil
}

// allChecks stands for all checks.
const allChecks = "all"

var (
	preset    = oneOf("preset", policy.Presets())
	checkName = oneOf("check", append([]string{allChecks}, checkIDs()...))
	class     = pointed(text("a class, such as init", schema{"type": "string", "enum": classes()}, parseClass))
)

// checkIDs returns the ids of all checks, in their order. All callers share the slice.
var checkIDs = sync.OnceValue(func() (ids []string) {
	for _, check := range securitycontext.Checks() {
		ids = append(ids, check.ID)
	}
	return ids
})

func classes() []string {
	var names []string
	for class := securitycontext.Regular; class <= securitycontext.Ephemeral; class++ {
		names = append(names, class.String())
	}
	return names
}

func parseClass(s string) (securitycontext.Class, error) {
	return securitycontext.Class(max(0, slices.Index(classes(), s))), isOneOf("class", s, classes())
}

// pointed is a value of which nil says that it is not given.
func pointed[V any](of value[V]) value[*V] {
	return value[*V]{of.words, of.schema, func(r *reader, n *yaml.Node, name string) *V {
		v := of.read(r, n, name)
		return &v
	}}
}

// overrides are what a Configuration says of checks.
var overrides = mapOf("a mapping of checks, such as {sysctls: {required: false}}", overridesSchema(), func(id string) error {
	return isOneOf("check", id, checkIDs())
}, overridden)

var overridden = object("a check", []field[override]{
	required("required", truth, func(o *override) *bool { return &o.required }, "Whether a compliant pod must pass the check."),
}, nil)

func overridesSchema() schema {
	properties := schema{}
	for _, id := range checkIDs() {
		properties[id] = overridden.schema
	}
	return schema{"type": "object", "additionalProperties": false, "properties": properties}
}

var exemptionName = text("a name, such as node-agents", schema{"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"}, func(s string) (string, error) {
	switch {
	case s == policy.SystemNamespaces:
		return s, fmt.Errorf("%s is the name of the built-in exemption: take another", s)
	case len(validation.IsDNS1123Label(s)) > 0:
		return s, fmt.Errorf("%q is no name: use small letters and digits, with hyphens between them, 63 at most", short(s))
	}
	return s, nil
})

// longestText is how many characters a reason or a link may have.
const longestText = 2000

var reason = text("why the failures are accepted", schema{"type": "string", "pattern": `\S`, "maxLength": longestText}, func(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return s, errors.New("it is empty: say why the failures are accepted")
	}
	if at := strings.IndexFunc(s, unseen); at >= 0 {
		r, _ := utf8.DecodeRuneInString(s[at:])
		return s, fmt.Errorf("%U is not seen by who reads it, or changes what is: take it out", r)
	}
	return s, notTooLong(s)
})

func notTooLong(s string) error {
	if n := utf8.RuneCountInString(s); n > longestText {
		return fmt.Errorf("it has %d characters, and at most %d are read: say the rest in the ticket, behind link", n, longestText)
	}
	return nil
}

var owner = text("who answers for it, such as team-a", schema{"type": "string", "pattern": "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"}, func(s string) (string, error) {
	if s == "" || len(validation.IsValidLabelValue(s)) > 0 {
		return s, fmt.Errorf("%q cannot be a label's value: use letters and digits, with -, _ or . between them, 63 at most", short(s))
	}
	return s, nil
})

var link = text("an https URL", schema{"type": "string", "pattern": "^https://[!-~]+$", "maxLength": longestText}, func(s string) (string, error) {
	parsed, err := url.Parse(s)
	switch {
	case err != nil || parsed.Scheme != "https" || parsed.Hostname() == "":
		return s, fmt.Errorf("%q is no https URL: write one such as https://tickets.example.com/MESH-214", short(s))
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }):
		return s, fmt.Errorf("%q has characters that no URL has: write them with %%", short(s))
	case parsed.User != nil:
		return s, fmt.Errorf("%q has a user before the host, which hides where it leads: leave out what is before @", short(s))
	}
	return s, notTooLong(s)
})

var truth = scalar("true or false", schema{"type": "boolean"}, func(s string) (bool, error) {
	is, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		err = fmt.Errorf("%q is neither true nor false", short(s))
	}
	return is, err
}, "!!bool")

var onlyTrue = scalar("true", schema{"enum": []bool{true}}, func(s string) (bool, error) {
	if strings.ToLower(s) != "true" {
		return false, errors.New("it can be true only: leave it out, and say where the exemption holds")
	}
	return true, nil
}, "!!bool")

var whole = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)

var count = pointed(scalar("a whole number", schema{"type": "integer", "minimum": 0, "maximum": 999999999}, func(s string) (int, error) {
	if !whole.MatchString(s) {
		return 0, fmt.Errorf("%s is no number of series: write a whole number from 0 to 999999999", short(s))
	}
	return strconv.Atoi(s)
}, "!!int", "!!float"))
