package posture

import (
	"maps"
	"time"
)

// Note is what a leader writes on the Lease about its counters, so that the next
// leader counts what no scrape has read, and nothing else. It names resource
// versions because they order all events of pods, whoever watches them.
type Note struct {
	// Exposed is, by scope (see [Options.Namespaces]), the version up to which all
	// events are in counters that a scrape has read.
	Exposed map[string]uint64
	// Held is, by namespace, the version up to which the namespace's own counters
	// were read. It has only those that are behind Exposed, because their counters
	// are new.
	Held map[string]uint64
	// At is when that was so, by the clock of the leader.
	At time.Time
	// Judged says which changes of what pods are judged by were read.
	Judged Judged
}

// IsZero reports whether the note is empty: no replica has ever led.
func (n *Note) IsZero() bool { return n.Exposed == nil && n.At.IsZero() }

// covers reports whether the counters that the note is about have an observation of
// a scope: the counters of its namespace if own is true, else the cluster's.
func (n *Note) covers(o *observation, scope string, own bool) bool {
	through, known := n.Exposed[scope]
	if held, is := n.Held[o.namespace]; is && own {
		through = min(through, held)
	}
	switch {
	case known && o.version <= through:
		return true
	case known && o.after >= through:
		return false
	}
	// It happened at an unknown version before or after the note. A pod that
	// appeared has a creation time. A verdict that changed has none: it is taken as
	// counted, because to miss one is better than to count it twice.
	return !o.appeared || o.created <= n.At.Unix()
}

// Since returns the version after which an event of a scope may be uncounted; 0 if
// the note does not have the scope.
func (n *Note) Since(scope string) uint64 {
	through := n.Exposed[scope]
	for namespace, held := range n.Held {
		if scope == "" || scope == namespace {
			through = min(through, held)
		}
	}
	return through
}

// Equal reports whether two notes cover the same; when they were made does not matter.
func (n Note) Equal(other Note) bool {
	return maps.Equal(n.Exposed, other.Exposed) && maps.Equal(n.Held, other.Held) && n.Judged.equal(&other.Judged)
}

// clone returns a copy, to whose Exposed versions may be added.
func (n *Note) clone() Note {
	exposed := make(map[string]uint64, len(n.Exposed))
	maps.Copy(exposed, n.Exposed)
	return Note{exposed, maps.Clone(n.Held), n.At, n.Judged}
}
