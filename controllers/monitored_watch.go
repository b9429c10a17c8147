package controllers

import (
	"context"
	"io"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
)

// monitoredWatch is a watch.Interface that passes on the events of another, and ends when
// that is silent for too long.
type monitoredWatch struct {
	*listerWatcher
	ctx       context.Context
	inner     watch.Interface
	initial   *streamedList // the list that the watch begins with; nil if there is none, or after its end
	anyEvent  bool          // whether there was an event
	lastEvent time.Time     // when the last event came; before the first, when the watch was opened
	events    chan watch.Event
	stopped   chan struct{}
	stop      sync.Once
}

// monitorWatch returns a watch that passes on every event as inspect returns it. It records
// an error and ends when there is no event for too long, or, if the watch begins with a
// list, when that does not end. ended is called after its end. Unlike watch.Filter it
// leaves no goroutine behind when it is stopped while an event waits to be received.
func (w *listerWatcher) monitorWatch(ctx context.Context, inner watch.Interface, lists bool, ended func()) watch.Interface {
	m := &monitoredWatch{
		listerWatcher: w, ctx: ctx, inner: inner, lastEvent: time.Now(),
		events: make(chan watch.Event), stopped: make(chan struct{}),
	}
	if lists {
		m.initial = &streamedList{opened: m.lastEvent, moved: m.lastEvent}
	} else {
		w.watches.Established(w.name)
	}
	go func() {
		defer ended()
		defer close(m.events)
		m.run()
	}()
	return m
}

// run passes on events until the watch ends.
func (m *monitoredWatch) run() {
	timer := time.NewTimer(time.Until(m.deadline()))
	defer timer.Stop()
	for {
		select {
		case event, open := <-m.inner.ResultChan():
			if !open {
				m.closed()
				return
			}
			if !m.pass(event) {
				return
			}
		case <-timer.C:
			m.silent()
			return
		case <-m.stopped:
			return
		}
		timer.Reset(time.Until(m.deadline()))
	}
}

// pass passes on an event. It returns false if the watch ends with it. An error after
// other events is not passed on, unless the resource version has expired, and the watch is
// closed: the reflector then watches from the last event on, where after an error event
// it would list.
func (m *monitoredWatch) pass(event watch.Event) bool {
	if event = m.inspect(m.ctx, event); event.Type == watch.Error {
		if m.initial != nil || !m.anyEvent || isExpired(apierrors.FromObject(event.Object)) {
			return m.send(event)
		}
		m.inner.Stop()
		return false
	}
	m.anyEvent, m.lastEvent = true, time.Now()
	if m.initial != nil && m.initial.add(event, m.lastEvent) {
		m.initial = nil
		m.watches.Established(m.name)
	}
	return m.send(event)
}

// send returns false if the watch is stopped before the event is received.
func (m *monitoredWatch) send(event watch.Event) bool {
	select {
	case m.events <- event:
		return true
	case <-m.stopped:
		return false
	}
}

// deadline returns when the watch is ended, unless there is an event before.
func (m *monitoredWatch) deadline() time.Time {
	deadline := m.lastEvent.Add(m.stalled)
	if m.initial != nil && m.initial.deadline(m.stalled).Before(deadline) {
		return m.initial.deadline(m.stalled)
	}
	return deadline
}

// silent ends a watch after its deadline. If its list did not end, an error event has the
// reflector request the list in pages.
func (m *monitoredWatch) silent() {
	m.inner.Stop()
	if m.initial == nil {
		_ = m.recordResult(m.ctx, "watch", silentFor(m.stalled))
		return
	}
	m.stopStreaming()
	m.send(watch.Event{Type: watch.Error, Object: statusOf(errEndless)})
}

// closed is called when the server closed the watch. If there was no event, it returns
// minWatchInterval after the watch was opened: a shorter watch without events is an error
// to the reflector, and it lists, after a longer delay each time. That is right only if no
// watch has brought anything for as long as a watch may be silent.
func (m *monitoredWatch) closed() {
	select {
	case <-m.stopped:
		return
	default:
	}
	switch {
	case m.initial != nil:
		err := m.recordResult(m.ctx, "watch", io.ErrUnexpectedEOF)
		m.send(watch.Event{Type: watch.Error, Object: statusOf(err)})
	case !m.anyEvent && time.Since(time.Unix(0, m.lastHeard.Load())) < m.stalled:
		select {
		case <-time.After(time.Until(m.lastEvent.Add(minWatchInterval))):
		case <-m.stopped:
		}
	}
}

// ResultChan implements watch.Interface.
func (m *monitoredWatch) ResultChan() <-chan watch.Event { return m.events }

// Stop implements watch.Interface.
func (m *monitoredWatch) Stop() {
	m.stop.Do(func() {
		close(m.stopped)
		m.inner.Stop()
	})
}
