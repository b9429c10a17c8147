package controllers

import (
	"context"
	"strings"
	"time"

	"github.com/go-logr/logr"
)

// Watches keeps the state of the lists and watches, each under the name that Open
// returned for it.
type Watches interface {
	// Open returns a name for one more watch on a resource.
	Open(resource string) (name string)
	// SetNamespace is called with the namespace of a request; "" stands for all.
	SetNamespace(name, namespace string)
	// Connecting is called before a list or a watch is requested: none is open now.
	Connecting(name string, at time.Time)
	// Established is called when a list is complete and a watch goes on from there.
	Established(name string)
	// Active is called when an event or a bookmark arrives.
	Active(name string, at time.Time)
	// Restarted is called when a watch, or the list before it, must start again.
	Restarted(name string)
	// Failed is called when a request failed; why is the log message for err. It
	// returns false if the last attempt of this verb failed with the same message.
	Failed(name, verb, why string, err error) (changed bool)
	// Worked is called when a request succeeded. It returns false if none had failed
	// before.
	Worked(name, verb string) (changed bool)
}

// monitor records how every list and watch of the reflectors ends, and logs the changes. It
// stands between the reflector and the API server, because the reflector does not report
// most of the errors that it retries.
type monitor struct {
	watches Watches
	stalled time.Duration // how long a watch may be without events
	log     logr.Logger
}

// record records how a request ended, and logs a change. err must be redacted.
func (m monitor) record(ctx context.Context, name, verb string, err error) {
	resource, _, _ := strings.Cut(name, "/")
	log := m.log.WithValues("verb", verb, "resource", resource)
	switch {
	case err == nil:
		if m.watches.Worked(name, verb) {
			log.Info("The API server answers again")
		}
	case ctx.Err() != nil: // podscore is stopping
	case isExpired(err):
		m.watches.Restarted(name)
		log.V(1).Info("The watch fell behind and is restarted", "reason", err.Error())
	case m.watches.Failed(name, verb, explain(err), err):
		log.Error(err, explain(err))
	default:
		log.V(1).Info("The watch still fails", "reason", err.Error())
	}
}
