package serving

import "net/http"

// whileRead is a handler that ends as soon as the other end does not read any
// more: it would go on with a page for nobody, and complain about every line.
func whileRead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(reader{w}, r)
	})
}

// reader is an http.ResponseWriter that ends the handler where a write fails.
type reader struct{ http.ResponseWriter }

// Write implements http.ResponseWriter.
func (r reader) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	if err != nil {
		panic(http.ErrAbortHandler) // net/http takes it for what it is, and says nothing
	}
	return n, nil
}
