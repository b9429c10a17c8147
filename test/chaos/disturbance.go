package chaos

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Disturbance is how a Proxy disturbs requests. The zero value disturbs nothing.
type Disturbance struct {
	// Only is the path of the disturbed requests; "" for all paths.
	Only string
	// Watches limits the disturbance to watches.
	Watches bool
	// Except is a part of the paths that are not disturbed; "" for none.
	Except string
	// Status is the status of every response; 0 passes requests on.
	Status int
	// RetryAfter is the header Retry-After of these responses, in seconds; 0 for none.
	RetryAfter int
	// Delay is how long every request waits before it is passed on or refused.
	Delay time.Duration
	// Stalled blocks everything: requests get no response, open watches no events, and
	// no connection is closed.
	Stalled bool
	// Lag is how much the events of watches are delayed.
	Lag time.Duration
	// Repeats is how many more times every event of a watch is sent.
	Repeats int
	// Cuts ends every watch after a random number of bytes; nil for never.
	Cuts *rand.Rand
	// DropsResponses passes writes on, but resets the connection in place of a response.
	DropsResponses bool
	// Endless drops the bookmark at the end of streamed lists.
	Endless bool
}

// refuse responds with the disturbance's status, as the API server does.
func refuse(w http.ResponseWriter, disturbance Disturbance) {
	w.Header().Set("Content-Type", "application/json")
	if disturbance.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(disturbance.RetryAfter))
	}
	w.WriteHeader(disturbance.Status)
	_ = json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: int32(disturbance.Status), Message: "the proxy of a test refuses: " + http.StatusText(disturbance.Status),
		Reason: map[int]metav1.StatusReason{
			http.StatusTooManyRequests: metav1.StatusReasonTooManyRequests, http.StatusInternalServerError: metav1.StatusReasonInternalError,
			http.StatusServiceUnavailable: metav1.StatusReasonServiceUnavailable,
		}[disturbance.Status],
	})
}
