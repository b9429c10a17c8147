package controllers

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/posture"
)

// The annotations of a Lease that hold a posture.Note. Resource versions are written as
// 123 for the whole cluster, and by scope or namespace as cart=130,shop=123.
const (
	exposedThrough = "podscore.io/exposed-through"
	heldThrough    = "podscore.io/held-through"
	exposedAt      = "podscore.io/exposed-at"
	configHash     = "podscore.io/config-hash"
	configCount    = "podscore.io/config-count"
	endedThrough   = "podscore.io/ended-through"
	labelsThrough  = "podscore.io/labels-through"
)

// setNote writes a note into the annotations of a Lease.
func setNote(lease *coordinationv1.Lease, note posture.Note) {
	for key, value := range map[string]string{
		exposedThrough: formatVersions(note.Exposed),
		heldThrough:    formatVersions(note.Held),
		exposedAt:      formatTime(note.At),
		configHash:     note.Judged.Hash,
		configCount:    formatCount(note.Judged.Configurations),
		endedThrough:   formatTime(note.Judged.Ended),
		labelsThrough:  formatCount(note.Judged.Labels),
	} {
		if value == "" {
			delete(lease.Annotations, key)
			continue
		}
		metav1.SetMetaDataAnnotation(&lease.ObjectMeta, key, value)
	}
}

// noteOn returns the note on a Lease. If the Lease was held and has no note, the result
// has only a time: that of the last renewal.
func noteOn(lease *coordinationv1.Lease) posture.Note {
	on := lease.Annotations
	note := posture.Note{
		Exposed: parseVersions(on[exposedThrough]), Held: parseVersions(on[heldThrough]), At: parseTime(on[exposedAt]),
		Judged: posture.Judged{
			Hash: parseHash(on[configHash]), Configurations: parseResourceVersion(on[configCount]),
			Ended: parseTime(on[endedThrough]), Labels: parseResourceVersion(on[labelsThrough]),
		},
	}
	if note.At.IsZero() && lease.Spec.RenewTime != nil {
		note.At = lease.Spec.RenewTime.Time
	}
	return note
}

// parseHash returns a hash of a configuration as podscore writes it, a SHA-256 in
// hexadecimal digits; "" for anything else, so that nothing else is kept or compared.
func parseHash(text string) string {
	if !hash.MatchString(text) {
		return ""
	}
	return text
}

var hash = regexp.MustCompile("^[0-9a-f]{64}$")

// formatTime formats a time; the zero time as "".
func formatTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// parseTime is the inverse of formatTime. It returns the zero time for what it cannot parse.
func parseTime(text string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, text)
	return at
}

// formatCount formats a number; 0 as "".
func formatCount(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// formatVersions formats resource versions by scope or namespace, in the order of names.
func formatVersions(versions map[string]uint64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		part := strconv.FormatUint(versions[name], 10)
		if name != "" {
			part = fmt.Sprintf("%s=%s", name, part)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// parseVersions is the inverse of formatVersions. It skips what it cannot parse, and
// returns nil where nothing is left.
func parseVersions(text string) map[string]uint64 {
	var versions map[string]uint64
	for part := range strings.SplitSeq(text, ",") {
		name, digits, named := strings.Cut(part, "=")
		if !named {
			name, digits = "", part
		}
		if version, err := strconv.ParseUint(digits, 10, 64); err == nil {
			if versions == nil {
				versions = map[string]uint64{}
			}
			versions[name] = version
		}
	}
	return versions
}
