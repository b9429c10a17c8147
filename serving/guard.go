package serving

import (
	"context"
	"net/http"
	"slices"
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
// that nobody can have it asked much. Turns and questions together take less than
// a scraper waits.
const (
	turnTimeout = 4 * time.Second
	askTimeout  = 5 * time.Second
	asksOfOne   = 4 // origin at once
	noTime      = time.Second / 2
)

// guard lets through to the next handler whom the API server knows by a token
// (TokenReview) and allows to get /metrics (SubjectAccessReview). Others get 401
// or 403, and everybody 503 where the API server cannot be asked.
type guard struct {
	next      http.Handler
	audiences []string // none is the API server's own
	turns     *turns   // of those who were never right
	right     tokens
	reviews   authenticationv1client.TokenReviewInterface
	access    authorizationv1client.SubjectAccessReviewInterface
	log       logr.Logger
	tell      rate.Sometimes
}

// newGuard returns a guard that asks the API server of config.
func newGuard(config *rest.Config, next http.Handler, audiences []string, log logr.Logger) (*guard, error) {
	own := rest.CopyConfig(config)
	own.Timeout, own.QPS = askTimeout, -1
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
		next: next, audiences: audiences,
		turns: newTurns(asksOfOne), right: tokens{right: map[tokenHash]time.Time{}},
		reviews: authentication.TokenReviews(), access: authorization.SubjectAccessReviews(),
		log: log, tell: rate.Sometimes{Interval: time.Minute},
	}, err
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch status := g.admit(r); status {
	case http.StatusOK:
		connectionOf(r.Context()).prove(time.Now())
		w.Header().Del("Connection") // it may stay
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
	hash, now := hashOf(token), time.Now()
	switch {
	case g.right.within(hash, yesTime, now):
		return http.StatusOK
	case !g.right.within(hash, rightTime, now) && !connectionOf(r.Context()).isProven():
		end, ok := g.turn(r)
		if !ok {
			return http.StatusServiceUnavailable
		}
		defer end()
	}
	return g.review(r, token, hash)
}

// turn waits until one more question may be asked for the origin of a request.
func (g *guard) turn(r *http.Request) (end func(), ok bool) {
	ctx, cancel := context.WithTimeout(r.Context(), turnTimeout)
	defer cancel()
	return g.turns.take(ctx, connectionOf(ctx).from)
}

// review asks the API server, and remembers a yes.
func (g *guard) review(r *http.Request, token string, hash tokenHash) (status int) {
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	status, err := g.ask(ctx, token)
	switch {
	case err != nil && r.Context().Err() == nil:
		g.tell.Do(func() {
			g.log.Error(err, "The API server cannot be asked who may read /metrics: grant podscore's ServiceAccount to create tokenreviews and subjectaccessreviews, or see why it cannot be reached")
		})
	case err != nil: // whoever asked has gone
	case status == http.StatusOK:
		g.right.add(hash, time.Now())
	default:
		g.right.drop(hash)
		select {
		case <-time.After(noTime):
		case <-ctx.Done():
		}
	}
	return status
}

// ask asks the API server for whoever has a token. An error tells that it could
// not be asked.
func (g *guard) ask(ctx context.Context, token string) (status int, err error) {
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: g.audiences}}
	who, err := g.reviews.Create(ctx, review, metav1.CreateOptions{})
	switch {
	case err != nil:
		return http.StatusServiceUnavailable, err
	case !who.Status.Authenticated || !g.audience(who.Status.Audiences):
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

// audience tells whether a token is made for one that is asked for. An
// authenticator that knows of no audiences tells none, and then it is for the API
// server.
func (g *guard) audience(tokens []string) bool {
	return len(g.audiences) == 0 || slices.ContainsFunc(tokens, func(of string) bool { return slices.Contains(g.audiences, of) })
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
