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
	yesTime   = time.Minute // for which a right token is let through unasked
	rightTime = time.Hour   // for which it has no need to take turns with others
	tokensMax = 1000        // remembered
)

// tokens remembers when tokens were right last. One that was wrong is not
// remembered: it would be a way to fill the memory.
type tokens struct {
	mu    sync.Mutex
	right map[tokenHash]time.Time
}

// tokenHash stands for a token, which is not kept.
type tokenHash [sha256.Size]byte

func hashOf(token string) tokenHash { return sha256.Sum256([]byte(token)) }

// bearerToken returns a request's token, or nothing.
func bearerToken(r *http.Request) string {
	words := strings.Fields(r.Header.Get("Authorization"))
	if len(words) != 2 || !strings.EqualFold(words[0], "Bearer") {
		return ""
	}
	return words[1]
}

// within tells whether a token was right so lately.
func (t *tokens) within(hash tokenHash, lately time.Duration, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	last, ok := t.right[hash]
	return ok && now.Sub(last) < lately
}

// add notes that a token is right, and forgets old ones.
func (t *tokens) add(hash tokenHash, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	older := func(than time.Duration) func(tokenHash, time.Time) bool {
		return func(_ tokenHash, last time.Time) bool { return now.Sub(last) >= than }
	}
	maps.DeleteFunc(t.right, older(rightTime))
	if len(t.right) >= tokensMax {
		maps.DeleteFunc(t.right, older(yesTime))
	}
	if len(t.right) >= tokensMax {
		clear(t.right)
	}
	t.right[hash] = now
}

// drop forgets a token that is right no more.
func (t *tokens) drop(hash tokenHash) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.right, hash)
}
