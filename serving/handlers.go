package serving

import "net/http"

// onceUnlessProven is a handler that ends every connection after its answer, but
// where a right token was shown, which guard says.
func onceUnlessProven(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		next.ServeHTTP(w, r)
	})
}

// stirring is a handler that notes when a connection asks, and when it has its
// answer: it is not quiet then.
func stirring(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := connectionOf(r.Context())
		c.stir()
		defer c.stir()
		next.ServeHTTP(w, r)
	})
}
