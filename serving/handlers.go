package serving

import "net/http"

// closeUnlessApproved returns a handler that has a connection closed after the response,
// unless guard, which runs after it, finds an approved token.
func closeUnlessApproved(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		next.ServeHTTP(w, r)
	})
}

// recordingActivity returns a handler that marks the connection active when a request
// begins and when it ends.
func recordingActivity(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := connectionOf(r.Context())
		c.markActive()
		defer c.markActive()
		next.ServeHTTP(w, r)
	})
}
