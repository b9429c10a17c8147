package controllers

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The time between two attempts. It is random, so that podscores that lost the API server
// at the same time do not come back at the same time.
const (
	minRetryDelay = 750 * time.Millisecond
	maxRetryDelay = 1750 * time.Millisecond
	// maxSuggestedDelay bounds the delay that an API server asks for (Retry-After).
	maxSuggestedDelay = 30 * time.Second
)

// retry calls request until it succeeds, fails with an error that is final, or ctx is
// done. It returns the last error.
func retry(ctx context.Context, final func(error) bool, request func() error) error {
	for {
		err := request()
		if err == nil || ctx.Err() != nil || final(err) || !waitToRetry(ctx, err) {
			return err
		}
	}
}

// waitToRetry waits after an error until the next attempt is due. It returns false if ctx
// is done first.
func waitToRetry(ctx context.Context, err error) bool {
	wait := minRetryDelay + rand.N(maxRetryDelay-minRetryDelay)
	if seconds, asked := apierrors.SuggestsClientDelay(err); asked {
		wait = max(wait, min(time.Duration(seconds)*time.Second, maxSuggestedDelay))
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// isFinal reports whether the same request would fail again.
func isFinal(err error) bool { return isExpired(err) || isRefused(err) }

// isExpired reports whether the resource version or the continue token of a request is
// too old.
func isExpired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// isRefused reports whether the API server rejects the request as wrong. Forbidden,
// Unauthorized, TooManyRequests and NotFound are not among these: permissions and
// load change, and so does what exists.
func isRefused(err error) bool { return apierrors.IsBadRequest(err) || apierrors.IsInvalid(err) }

// isFinalForStream reports whether an error of a streamed list means that the list has to
// be requested in pages: any error does, unless the API server was not reached or answered
// TooManyRequests.
func isFinalForStream(err error) bool {
	var unreachable *url.Error
	return !errors.As(err, &unreachable) && !apierrors.IsTooManyRequests(err)
}
