package serving

import "net/http"

// aborting returns a handler that ends when the client does not read the response any more.
// promhttp's handler would go on to write it, and log an error for each metric family.
func aborting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(abortingWriter{w}, r)
	})
}

// abortingWriter is an http.ResponseWriter that aborts the handler when a write fails.
type abortingWriter struct{ http.ResponseWriter }

// Write implements http.ResponseWriter.
func (w abortingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if err != nil {
		panic(http.ErrAbortHandler) // net/http ends the request and logs nothing
	}
	return n, nil
}
