package controllers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// errSilent is the error of a request without a response, and of an open watch
// without events. The API server sends something at least once a minute: a bookmark,
// if nothing else.
var errSilent = errors.New("the API server has been silent")

// silentFor returns errSilent with how long the silence was.
func silentFor(silence time.Duration) error { return fmt.Errorf("%w for %s", errSilent, silence) }

// errUnreadable replaces every error of decoding a response: those quote the data
// that could not be decoded, and so the content of pods.
var errUnreadable = errors.New("the answer is not what an API server sends, or ends too early")

// redacted returns an error that may be logged and shown on /readyz. An error from
// the API server or from the network is returned as it is; of any other, nothing is
// kept, because its text may quote the response.
func redacted(err error) error {
	var status apierrors.APIStatus
	var unreachable *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		if s := status.Status(); quotesResponse(&s) {
			return &apierrors.StatusError{ErrStatus: redactedStatus(&s)}
		}
		return err
	case errors.As(err, &unreachable), errors.Is(err, errSilent), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return errUnreadable
}

// quotesResponse reports whether client-go made the status itself, from a response
// that is no status, which it then quotes.
func quotesResponse(status *metav1.Status) bool {
	return status.Details != nil && slices.ContainsFunc(status.Details.Causes, func(cause metav1.StatusCause) bool {
		return cause.Type == metav1.CauseTypeUnexpectedServerResponse || cause.Type == "ClientWatchDecoding"
	})
}

// redactedStatus returns a failure with the same code, reason and retry delay, without
// the quoted text.
func redactedStatus(status *metav1.Status) metav1.Status {
	kept := metav1.Status{
		Status: metav1.StatusFailure, Code: status.Code, Reason: status.Reason,
		Message: fmt.Sprintf("%s (%d %s)", errUnreadable, status.Code, http.StatusText(int(status.Code))),
	}
	if status.Details != nil {
		kept.Details = &metav1.StatusDetails{RetryAfterSeconds: status.Details.RetryAfterSeconds}
	}
	return kept
}

// statusOf returns an error as the object of a watch's error event.
func statusOf(err error) *metav1.Status {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		status = apierrors.NewInternalError(err)
	}
	s := status.Status()
	return &s
}

// explain returns the log message for an error: what it means, and what the operator
// can do about it.
func explain(err error) string {
	var unreachable *url.Error
	switch {
	case errors.Is(err, errSilent):
		return "The API server tells nothing any more: a proxy or the network holds it back, or it is overloaded; podscore asks again"
	case apierrors.IsForbidden(err):
		return "The API server refuses: grant podscore's ServiceAccount this verb on this resource, as config/rbac does for the cluster, and config/namespaced for one namespace"
	case apierrors.IsUnauthorized(err):
		return "The API server does not know podscore: check the token or certificate that it was given"
	case errors.As(err, &unreachable):
		return "The API server cannot be reached: check the address and the network; podscore keeps trying"
	}
	return "The API server answers with an error; podscore keeps trying"
}
