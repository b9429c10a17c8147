package serving

import (
	"crypto/sha256"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	approvalTTL   = time.Minute // for which an approved token is accepted without new reviews
	knownTokenTTL = time.Hour   // for which its reviews need no slot, see guard.acquireSlot
	maxApprovals  = 1000        // bounds the memory
)

// approvals caches when the API server last approved a token. Refusals are not cached,
// because anybody could fill the memory with them.
type approvals struct {
	mu   sync.Mutex
	last map[tokenHash]time.Time
}

// tokenHash is the SHA-256 hash of a token. The tokens themselves are not kept.
type tokenHash [sha256.Size]byte

func hashToken(token string) tokenHash { return sha256.Sum256([]byte(token)) }

// bearerToken returns a request's bearer token, or "" if there is none.
func bearerToken(r *http.Request) string {
	words := strings.Fields(r.Header.Get("Authorization"))
	if len(words) != 2 || !strings.EqualFold(words[0], "Bearer") {
		return ""
	}
	return words[1]
}

// within reports whether a token was approved less than a time to live ago.
func (a *approvals) within(hash tokenHash, ttl time.Duration, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	last, ok := a.last[hash]
	return ok && now.Sub(last) < ttl
}

// add records that a token was approved, and removes expired approvals. If there are too
// many, it removes those older than approvalTTL too, and then all.
func (a *approvals) add(hash tokenHash, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	older := func(than time.Duration) func(tokenHash, time.Time) bool {
		return func(_ tokenHash, last time.Time) bool { return now.Sub(last) >= than }
	}
	maps.DeleteFunc(a.last, older(knownTokenTTL))
	if len(a.last) >= maxApprovals {
		maps.DeleteFunc(a.last, older(approvalTTL))
	}
	if len(a.last) >= maxApprovals {
		clear(a.last)
	}
	a.last[hash] = now
}

// drop removes the approval of a token that was refused.
func (a *approvals) drop(hash tokenHash) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.last, hash)
}
