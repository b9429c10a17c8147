package controllers

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/posture"
)

// What a leader notes on its Lease beside its name, see posture.Note. Resource
// versions are written as 123, or by scope or namespace as shop=123,cart=130.
const (
	exposedThrough = "podscore.io/exposed-through"
	heldThrough    = "podscore.io/held-through"
	exposedAt      = "podscore.io/exposed-at"
)

// setNote notes on a Lease through which resource versions counters were read.
func setNote(lease *coordinationv1.Lease, note posture.Note) {
	for key, value := range map[string]string{
		exposedThrough: formatVersions(note.Exposed),
		heldThrough:    formatVersions(note.Held),
		exposedAt:      note.At.UTC().Format(time.RFC3339Nano),
	} {
		if value == "" || key == exposedAt && note.At.IsZero() {
			delete(lease.Annotations, key)
			continue
		}
		metav1.SetMetaDataAnnotation(&lease.ObjectMeta, key, value)
	}
}

// noteOn returns what is noted on a Lease. Of one that was held and has no note,
// only the time is known.
func noteOn(lease *coordinationv1.Lease) posture.Note {
	note := posture.Note{Exposed: parseVersions(lease.Annotations[exposedThrough]), Held: parseVersions(lease.Annotations[heldThrough])}
	if at, err := time.Parse(time.RFC3339Nano, lease.Annotations[exposedAt]); err == nil {
		note.At = at
	} else if lease.Spec.RenewTime != nil {
		note.At = lease.Spec.RenewTime.Time
	}
	return note
}

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

// parseVersions reads what formatVersions wrote, and leaves out what is none of it.
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
