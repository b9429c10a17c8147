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

// How the API server is asked who may read /metrics. Waiting for a slot and the reviews
// together take less than Prometheus' default scrape timeout of 10 seconds.
const (
	slotTimeout      = 4 * time.Second // how long a request waits for a slot
	reviewTimeout    = 5 * time.Second // for both reviews of a request, and the delay of a refusal
	reviewsPerOrigin = 4               // at once, for requests with tokens that were never approved
	refusalDelay     = time.Second / 2 // of a refusal, which limits the rate of TokenReviews
)

// guard passes a request on to the next handler if the API server authenticates its
// bearer token (TokenReview) and allows its user to get /metrics (SubjectAccessReview).
// It responds to others with 401 or 403, and with 503 if the API server cannot be asked.
// docs/decisions/0016 says why it is not controller-runtime's filter.
type guard struct {
	next       http.Handler
	audiences  []string // accepted of a token; none stands for the API server's own
	slots      *semaphores
	approvals  approvals
	reviews    authenticationv1client.TokenReviewInterface
	access     authorizationv1client.SubjectAccessReviewInterface
	log        logr.Logger
	logFailure rate.Sometimes
}

// newGuard returns a guard that asks the API server of config.
func newGuard(config *rest.Config, next http.Handler, audiences []string, log logr.Logger) (*guard, error) {
	own := rest.CopyConfig(config)
	own.Timeout, own.QPS = reviewTimeout, -1
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
		slots: newSemaphores(reviewsPerOrigin), approvals: approvals{last: map[tokenHash]time.Time{}},
		reviews: authentication.TokenReviews(), access: authorization.SubjectAccessReviews(),
		log: log, logFailure: rate.Sometimes{Interval: time.Minute},
	}, err
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch status := g.authorize(r); status {
	case http.StatusOK:
		connectionOf(r.Context()).approve(time.Now())
		w.Header().Del("Connection") // undoes closeUnlessApproved
		g.next.ServeHTTP(w, r)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
		fallthrough
	default:
		http.Error(w, http.StatusText(status), status)
	}
}

// authorize returns 200 if a request may read /metrics, or else the status of the response.
// Approvals are cached for approvalTTL.
func (g *guard) authorize(r *http.Request) (status int) {
	token := bearerToken(r)
	if token == "" {
		return http.StatusUnauthorized
	}
	hash, now := hashToken(token), time.Now()
	switch {
	case g.approvals.within(hash, approvalTTL, now):
		return http.StatusOK
	case !g.approvals.within(hash, knownTokenTTL, now) && !connectionOf(r.Context()).isApproved():
		release, ok := g.acquireSlot(r)
		if !ok {
			return http.StatusServiceUnavailable
		}
		defer release()
	}
	return g.review(r, token, hash)
}

// acquireSlot waits for a slot for the origin of a request. It returns false if there is
// none within slotTimeout.
func (g *guard) acquireSlot(r *http.Request) (release func(), ok bool) {
	ctx, cancel := context.WithTimeout(r.Context(), slotTimeout)
	defer cancel()
	return g.slots.acquire(ctx, connectionOf(ctx).from)
}

// review asks the API server about a token, and caches an approval. It delays a refusal.
func (g *guard) review(r *http.Request, token string, hash tokenHash) (status int) {
	ctx, cancel := context.WithTimeout(r.Context(), reviewTimeout)
	defer cancel()
	status, err := g.ask(ctx, token)
	switch {
	case err != nil && r.Context().Err() == nil:
		g.logFailure.Do(func() {
			g.log.Error(err, "The API server cannot be asked who may read /metrics: grant podscore's ServiceAccount to create tokenreviews and subjectaccessreviews, or see why it cannot be reached")
		})
	case err != nil: // the client closed the connection
	case status == http.StatusOK:
		g.approvals.add(hash, time.Now())
	default:
		g.approvals.drop(hash)
		select {
		case <-time.After(refusalDelay):
		case <-ctx.Done():
		}
	}
	return status
}

// ask sends both reviews for a token, and returns the status for it. It returns an error
// if a review failed, which says nothing about the token.
func (g *guard) ask(ctx context.Context, token string) (status int, err error) {
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: g.audiences}}
	who, err := g.reviews.Create(ctx, review, metav1.CreateOptions{})
	switch {
	case err != nil:
		return http.StatusServiceUnavailable, err
	case !who.Status.Authenticated || !g.accepts(who.Status.Audiences):
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

// accepts reports whether a token with these audiences, as the TokenReview returned them, is
// made for one of the guard's. An authenticator that does not support audiences returns
// none: its token is for the API server only.
func (g *guard) accepts(audiences []string) bool {
	return len(g.audiences) == 0 || slices.ContainsFunc(audiences, func(audience string) bool { return slices.Contains(g.audiences, audience) })
}

// mayGetMetrics returns a review of whether a user may get /metrics.
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
