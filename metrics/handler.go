package metrics

import (
	"net/http"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves what gatherer has, in the format that the scraper asks for.
// Should one metric be wrong, the others are served all the same, and the
// error is logged: a page that answers 500 hides everything.
func Handler(gatherer prometheus.Gatherer, log logr.Logger) http.Handler {
	return promhttp.HandlerForTransactional(reusing(gatherer), promhttp.HandlerOpts{
		ErrorLog:          errorLog{log},
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
	})
}

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
