package serving

import (
	"context"
	"crypto/sha256"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authenticationv1client "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationv1client "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"
)

// How the API server is asked who may read /metrics. A no takes its time, so
// that nobody can have it asked much.
const (
	askTimeout    = 5 * time.Second // less than a scraper waits
	asksOfAddress = 4
	noTime        = time.Second / 2
	yesTime       = time.Minute // for which it is remembered
)

// guard lets through to the next handler whom the API server knows by a token
// (TokenReview) and allows to get /metrics (SubjectAccessReview). Others get 401
// or 403, and everybody 503 where the API server cannot be asked.
type guard struct {
	next   http.Handler
	asks   *share
	tokens authenticationv1client.TokenReviewInterface
	access authorizationv1client.SubjectAccessReviewInterface
	log    logr.Logger
	tell   rate.Sometimes

	mu  sync.Mutex
	may map[tokenHash]time.Time // until when a yes is remembered
}

// tokenHash stands for a token, which is not kept.
type tokenHash [sha256.Size]byte

// newGuard returns a guard that asks the API server of config, over connections
// of its own.
func newGuard(config *rest.Config, next http.Handler, log logr.Logger) (*guard, error) {
	own := rest.CopyConfig(config)
	own.Dial, own.Timeout, own.QPS = nil, askTimeout, -1
	client, err := rest.HTTPClientFor(own)
	if err != nil {
		return nil, err
	}
	authentication, err := authenticationv1client.NewForConfigAndClient(own, client)
	if err != nil {
		return nil, err
	}
	authorization, err := authorizationv1client.NewForConfigAndClient(own, client)
	return &guard{
		next: next, asks: newShare(connectionsAtOnce, asksOfAddress),
		tokens: authentication.TokenReviews(), access: authorization.SubjectAccessReviews(),
		log: log, tell: rate.Sometimes{Interval: time.Minute}, may: map[tokenHash]time.Time{},
	}, err
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch status := g.admit(r); status {
	case http.StatusOK:
		g.next.ServeHTTP(w, r)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
		fallthrough
	default:
		http.Error(w, http.StatusText(status), status)
	}
}

// admit returns the status for a request: OK, or why not.
func (g *guard) admit(r *http.Request) (status int) {
	token := bearerToken(r)
	if token == "" {
		return http.StatusUnauthorized
	}
	hash := tokenHash(sha256.Sum256([]byte(token)))
	if g.remembers(hash) {
		return http.StatusOK
	}
	end, ok := g.asks.begin(r.RemoteAddr)
	if !ok {
		return http.StatusServiceUnavailable
	}
	defer end()
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	status, err := g.ask(ctx, token)
	switch {
	case err != nil && r.Context().Err() == nil:
		g.tell.Do(func() {
			g.log.Error(err, "The API server cannot be asked who may read /metrics: grant podscore's ServiceAccount to create tokenreviews and subjectaccessreviews, or see why it cannot be reached")
		})
	case status == http.StatusOK:
		g.remember(hash)
	default:
		select {
		case <-time.After(noTime):
		case <-ctx.Done():
		}
	}
	return status
}

// bearerToken returns a request's token, or nothing.
func bearerToken(r *http.Request) string {
	words := strings.Fields(r.Header.Get("Authorization"))
	if len(words) != 2 || !strings.EqualFold(words[0], "Bearer") {
		return ""
	}
	return words[1]
}

// ask asks the API server for whoever has a token. An error tells that it could
// not be asked.
func (g *guard) ask(ctx context.Context, token string) (status int, err error) {
	who, err := g.tokens.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
	switch {
	case err != nil:
		return http.StatusServiceUnavailable, err
	case !who.Status.Authenticated:
		return http.StatusUnauthorized, nil
	}
	may, err := g.access.Create(ctx, mayGetMetrics(who.Status.User), metav1.CreateOptions{})
	switch {
	case err != nil:
		return http.StatusServiceUnavailable, err
	case !may.Status.Allowed || may.Status.Denied:
		return http.StatusForbidden, nil
	}
	return http.StatusOK, nil
}

// mayGetMetrics is the question whether a user may get /metrics.
func mayGetMetrics(user authenticationv1.UserInfo) *authorizationv1.SubjectAccessReview {
	extra := map[string]authorizationv1.ExtraValue{}
	for key, value := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(value)
	}
	return &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/metrics", Verb: "get"},
	}}
}

// remembers tells whether a token was let through lately. A no is not
// remembered: it would be a way to fill the memory.
func (g *guard) remembers(hash tokenHash) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Now().Before(g.may[hash])
}

// remember notes that a token may be let through, and forgets old ones.
func (g *guard) remember(hash tokenHash) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(g.may, func(_ tokenHash, until time.Time) bool { return now.After(until) })
	g.may[hash] = now.Add(yesTime)
}
