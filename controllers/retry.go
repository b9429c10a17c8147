package controllers

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Between two attempts there are so many seconds: at random, so that podscores
// that lost the API server together do not come back together. The reflector
// itself would wait longer and longer, up to a minute, and it does where it is
// told of an error.
const (
	leastPause = 750 * time.Millisecond
	mostPause  = 1750 * time.Millisecond
	// longestPause is how long an API server may ask for.
	longestPause = 30 * time.Second
)

// again makes a request until it works, or fails in a way that asking again
// cannot mend, or ctx is done.
func again(ctx context.Context, final func(error) bool, request func() error) error {
	for {
		err := request()
		if err == nil || ctx.Err() != nil || final(err) || !pause(ctx, err) {
			return err
		}
	}
}

// pause waits after an error for the next attempt; false if ctx is done first.
func pause(ctx context.Context, err error) bool {
	wait := leastPause + rand.N(mostPause-leastPause)
	if seconds, asked := apierrors.SuggestsClientDelay(err); asked {
		wait = max(wait, min(time.Duration(seconds)*time.Second, longestPause))
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// isFinal tells whether asking again is no use.
func isFinal(err error) bool { return isExpired(err) || isRefused(err) }

// isExpired tells whether a resource version, or the rest of a list, is too old
// to go on from.
func isExpired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// isRefused tells whether the API server finds fault with what was asked, and asking
// again is no use: the reflector then begins anew. Who may ask, and how
// much, can change, and so can what is there.
func isRefused(err error) bool { return apierrors.IsBadRequest(err) || apierrors.IsInvalid(err) }

// isNoStream tells whether a list is to be asked for in pages after an error of
// one that was to be streamed: any that is an answer, but that it was too early.
func isNoStream(err error) bool {
	var unreachable *url.Error
	return !errors.As(err, &unreachable) && !apierrors.IsTooManyRequests(err)
}
