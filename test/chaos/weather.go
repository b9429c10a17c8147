package chaos

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Weather is what a Proxy does to those who come by. The zero value is fair.
type Weather struct {
	// Only is the path of the requests that it is for; all where it is empty.
	Only string
	// Watches has it be for watches alone, those that begin included.
	Watches bool
	// Spares is a part of the paths of requests that it is not for.
	Spares string
	// Status is what every request is answered with, where it is not 0.
	Status int
	// RetryAfter is for how many seconds that answer asks to wait.
	RetryAfter int
	// Delay is how long every answer takes.
	Delay time.Duration
	// Stalled has nothing pass: requests get no answer, watches tell nothing,
	// and nobody is told.
	Stalled bool
	// Late is how much later the events of watches come.
	Late time.Duration
	// Repeats is how often every event of a watch comes once more.
	Repeats int
	// Cuts has every watch end somewhere within the next bytes, as it says.
	Cuts *rand.Rand
	// Loses has what is written be written, and whoever wrote it get no answer.
	Loses bool
	// Endless has streamed lists never say that they are whole.
	Endless bool
}

// refuse answers as the API server does when it cannot.
func refuse(w http.ResponseWriter, weather Weather) {
	w.Header().Set("Content-Type", "application/json")
	if weather.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(weather.RetryAfter))
	}
	w.WriteHeader(weather.Status)
	_ = json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: int32(weather.Status), Message: "the weather is bad: " + http.StatusText(weather.Status),
		Reason: map[int]metav1.StatusReason{
			http.StatusTooManyRequests: metav1.StatusReasonTooManyRequests, http.StatusInternalServerError: metav1.StatusReasonInternalError,
			http.StatusServiceUnavailable: metav1.StatusReasonServiceUnavailable,
		}[weather.Status],
	})
}
