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

// errSilent is the error of a request that is not answered, and of a watch that
// is open and tells nothing. The API server tells something at least once a
// minute, if only how far it is.
var errSilent = errors.New("the API server has been silent")

func silentFor(long time.Duration) error { return fmt.Errorf("%w for %s", errSilent, long) }

// errUnreadable stands for all errors of reading an answer. They quote what
// could not be read, with all that pods have in them.
var errUnreadable = errors.New("the answer is not what an API server sends, or ends too early")

// told returns an error as it may be logged and shown: what the API server said,
// and what happened on the way there, as it is; anything else without its text.
func told(err error) error {
	var status apierrors.APIStatus
	var unreachable *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		if said := status.Status(); quotes(&said) {
			return &apierrors.StatusError{ErrStatus: withoutText(&said)}
		}
		return err
	case errors.As(err, &unreachable), errors.Is(err, errSilent), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return errUnreadable
}

// quotes tells whether a status was made by client-go of an answer that is none.
func quotes(status *metav1.Status) bool {
	return status.Details != nil && slices.ContainsFunc(status.Details.Causes, func(cause metav1.StatusCause) bool {
		return cause.Type == metav1.CauseTypeUnexpectedServerResponse || cause.Type == "ClientWatchDecoding"
	})
}

// withoutText is a status of the same kind that quotes nothing.
func withoutText(status *metav1.Status) metav1.Status {
	kept := metav1.Status{
		Status: metav1.StatusFailure, Code: status.Code, Reason: status.Reason,
		Message: fmt.Sprintf("%s (%d %s)", errUnreadable, status.Code, http.StatusText(int(status.Code))),
	}
	if status.Details != nil {
		kept.Details = &metav1.StatusDetails{RetryAfterSeconds: status.Details.RetryAfterSeconds}
	}
	return kept
}

// statusOf returns an error as a watch gives it to a reflector.
func statusOf(err error) *metav1.Status {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		status = apierrors.NewInternalError(err)
	}
	said := status.Status()
	return &said
}

// explain says what an error means to whoever runs podscore, and the way out.
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
