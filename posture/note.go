package posture

import (
	"maps"
	"time"
)

// Note is what the replica that leads, or led last, says of its counters, so that
// the next leader counts what nobody has seen and nothing else. It stands on the
// Lease. Resource versions order all that happens to pods, by one clock, which is
// the API server's.
type Note struct {
	// Exposed has, by scope (see [Options.Namespaces]), the resource version of
	// pods through which everything that happened is in counters that somebody
	// has read.
	Exposed map[string]uint64
	// Held has the namespaces whose own counters are behind that, because they
	// are new, with the resource version through which they were read.
	Held map[string]uint64
	// At is when that was so, by the leader's clock.
	At time.Time
}

// IsZero reports whether nobody ever led.
func (n *Note) IsZero() bool { return n.Exposed == nil && n.At.IsZero() }

// covers reports whether the counters that the note is about have an observation:
// those of the cluster, or the namespace's own.
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
	// It happened at a version that is not known. That a pod appeared has a
	// time; that a verdict changed has none, and is rather missed than doubled.
	return !o.appeared || o.created <= n.At.Unix()
}

// Since returns the resource version from which on something that happened in a
// scope may be uncounted; 0 where that is not known.
func (n *Note) Since(scope string) uint64 {
	through := n.Exposed[scope]
	for _, held := range n.Held {
		through = min(through, held)
	}
	return through
}

// Equal reports whether two notes say the same, at whatever time.
func (n Note) Equal(other Note) bool {
	return maps.Equal(n.Exposed, other.Exposed) && maps.Equal(n.Held, other.Held)
}

func (n *Note) clone() Note {
	return Note{maps.Clone(n.Exposed), maps.Clone(n.Held), n.At}
}
