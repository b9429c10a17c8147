package configuration

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/podscore/podscore/policy"
)

// Set is what a set of files says. It is never changed.
type Set struct {
	configured bool // a Configuration is among them
	settings   settings
	exemptions []Exemption // in the order of their names
	canonical  []byte
}

// newSet returns the set of the contents of files, which are good and agree.
func newSet(contents []content) *Set {
	s := &Set{}
	for _, c := range contents {
		if c.settings != nil {
			s.configured, s.settings = true, *c.settings
		}
		for _, e := range c.exemptions {
			s.exemptions = append(s.exemptions, e.value.exemption(e.at))
		}
	}
	s.settings.exemptions = nil
	slices.SortFunc(s.exemptions, func(a, b Exemption) int { return strings.Compare(a.Name, b.Name) })
	s.canonical = canonical(s)
	return s
}

// Configured reports whether a Configuration is in the set. Without one, its preset and
// rules are not known.
func (s *Set) Configured() bool { return s.configured }

// Preset returns the name of the preset; "" if none is given.
func (s *Set) Preset() string { return s.settings.preset }

// Limits returns the numbers of series that are given.
func (s *Set) Limits() Limits { return s.settings.limits }

// Exemptions returns the exemptions in the order of their names, which must not be
// changed.
func (s *Set) Exemptions() []Exemption { return s.exemptions }

// Policy returns the policy that the set says, with a preset in place of the set's own
// unless it is "", and with exemptions that are built in.
func (s *Set) Policy(preset string, builtIn ...policy.Exemption) (policy.Policy, error) {
	p, err := policy.Preset(cmp.Or(preset, s.Preset(), policy.DefaultPreset))
	if err != nil {
		return p, err
	}
	checks := p.Required()
	for i, id := range checkIDs() {
		if override, given := s.settings.checks[id]; given {
			checks &^= 1 << i
			if override.required {
				checks = checks.With(i)
			}
		}
	}
	exemptions := slices.Clone(builtIn)
	for i := range s.exemptions {
		exemptions = append(exemptions, s.exemptions[i].Exemption)
	}
	return p.Requiring(checks).Exempting(exemptions), nil
}

// Canonical returns the set as JSON: the same bytes for sets that say the same, however
// they are written and divided into files.
func (s *Set) Canonical() []byte { return slices.Clone(s.canonical) }

// Digest returns 64 hexadecimal digits, a SHA-256, that follow from the set and from the
// flags that count: the same for sets that say the same, and for no others.
func (s *Set) Digest(flags map[string]string) string {
	sum := s.sum(flags)
	return hex.EncodeToString(sum[:])
}

// Hash returns the first 48 bits of the digest as a number, which a float64 holds. It is
// for people and series to compare.
func (s *Set) Hash(flags map[string]string) uint64 {
	sum := s.sum(flags)
	return binary.BigEndian.Uint64(sum[:8]) >> 16
}

func (s *Set) sum(flags map[string]string) [sha256.Size]byte {
	text, err := json.Marshal(flags) // in the order of the keys
	if err != nil {
		panic(err) // strings can be told in JSON
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%s", s.canonical, text))
}
