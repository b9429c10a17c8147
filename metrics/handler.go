package metrics

import (
	"bufio"
	"net/http"
	"sync"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves what gatherer has, in the format that the scraper asks for.
// Should one metric be wrong, the others are served all the same, and the
// error is logged: a page that answers 500 hides everything.
func Handler(gatherer prometheus.Gatherer, log logr.Logger) http.Handler {
	return inLargePieces(promhttp.HandlerForTransactional(reusing(gatherer), promhttp.HandlerOpts{
		ErrorLog:          errorLog{log},
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
	}))
}

// pieces are the buffers of inLargePieces.
var pieces = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// inLargePieces has a handler's page written to the network 64 KB at a time. As
// it is encoded it would go out in pieces of a few KB, with a system call each.
func inLargePieces(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffer := pieces.Get().(*bufio.Writer)
		buffer.Reset(w)
		defer func() {
			_ = buffer.Flush() // whoever asked is gone, if this fails
			buffer.Reset(nil)
			pieces.Put(buffer)
		}()
		handler.ServeHTTP(bufferedResponse{buffer, w}, r)
	})
}

// bufferedResponse is an http.ResponseWriter whose body goes through a buffer.
type bufferedResponse struct {
	*bufio.Writer
	response http.ResponseWriter
}

// Header implements http.ResponseWriter.
func (b bufferedResponse) Header() http.Header { return b.response.Header() }

// WriteHeader implements http.ResponseWriter.
func (b bufferedResponse) WriteHeader(status int) { b.response.WriteHeader(status) }

// reusing lets a Gatherer have its memory back after every scrape.
func reusing(gatherer prometheus.Gatherer) prometheus.TransactionalGatherer {
	if g, ok := gatherer.(*Gatherer); ok {
		return transactional{g}
	}
	return prometheus.ToTransactionalGatherer(gatherer)
}

// errorLog lets promhttp log through logr.
type errorLog struct{ log logr.Logger }

func (l errorLog) Println(values ...any) {
	l.log.Info("Some metrics could not be exposed", "reason", values)
}
