package controllers

import (
	"context"
	"io"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
)

// observedWatch hands on a watch's events after they were looked at.
type observedWatch struct {
	*listerWatcher
	ctx     context.Context
	inner   watch.Interface
	list    *streamedList // that it begins with; nil once that has ended
	came    bool          // whether something came
	last    time.Time     // when, or when it was opened
	events  chan watch.Event
	stopped chan struct{}
	stop    sync.Once
}

// observe returns a watch that gives what look makes of every event, bookmarks
// and errors included, and that ends, after that was told, when none comes for too
// long, or not the one that ends the list. ended is called at the end in any case. Unlike
// watch.Filter it leaves nothing running when it is stopped while an event waits.
func (w *listerWatcher) observe(ctx context.Context, inner watch.Interface, lists bool, ended func()) watch.Interface {
	o := &observedWatch{
		listerWatcher: w, ctx: ctx, inner: inner, last: time.Now(),
		events: make(chan watch.Event), stopped: make(chan struct{}),
	}
	if lists {
		o.list = &streamedList{opened: o.last, moved: o.last}
	} else {
		w.watches.Hears(w.name)
	}
	go func() {
		defer ended()
		defer close(o.events)
		o.run()
	}()
	return o
}

// run hands on until the watch ends.
func (o *observedWatch) run() {
	timer := time.NewTimer(time.Until(o.due()))
	defer timer.Stop()
	for {
		select {
		case event, open := <-o.inner.ResultChan():
			if !open {
				o.closed()
				return
			}
			if !o.handOn(event) {
				return
			}
		case <-timer.C:
			o.overdue()
			return
		case <-o.stopped:
			return
		}
		timer.Reset(time.Until(o.due()))
	}
}

// handOn hands on an event; false if that is the end. An error after other events
// ends the watch as if it had been closed, and the reflector goes on from the last
// of them: told of an error it lists.
func (o *observedWatch) handOn(event watch.Event) bool {
	if event = o.look(o.ctx, event); event.Type == watch.Error {
		if o.list != nil || !o.came || isExpired(apierrors.FromObject(event.Object)) {
			return o.send(event)
		}
		o.inner.Stop()
		return false
	}
	o.came, o.last = true, time.Now()
	if o.list != nil && o.list.take(event, o.last) {
		o.list = nil
		o.watches.Hears(o.name)
	}
	return o.send(event)
}

func (o *observedWatch) send(event watch.Event) bool {
	select {
	case o.events <- event:
		return true
	case <-o.stopped:
		return false
	}
}

// due is when something has to have come.
func (o *observedWatch) due() time.Time {
	due := o.last.Add(o.stalled)
	if o.list != nil && o.list.due(o.stalled).Before(due) {
		return o.list.due(o.stalled)
	}
	return due
}

// overdue ends a watch on which nothing has come for too long, or no end of its
// list. That list the reflector then asks for in pages.
func (o *observedWatch) overdue() {
	o.inner.Stop()
	if o.list == nil {
		_ = o.answered(o.ctx, "watch", silentFor(o.stalled))
		return
	}
	o.endless()
	o.send(watch.Event{Type: watch.Error, Object: statusOf(errEndless)})
}

// closed ends a watch that the server ended. One that had told nothing lasts as
// long as the reflector takes for a watch at all: of a shorter one it lists, and
// waits longer each time. Where nothing comes by watches that is what it has to do.
func (o *observedWatch) closed() {
	select {
	case <-o.stopped:
		return
	default:
	}
	switch {
	case o.list != nil:
		err := o.answered(o.ctx, "watch", io.ErrUnexpectedEOF)
		o.send(watch.Event{Type: watch.Error, Object: statusOf(err)})
	case !o.came && time.Since(time.Unix(0, o.heard.Load())) < o.stalled:
		select {
		case <-time.After(time.Until(o.last.Add(atMostEvery))):
		case <-o.stopped:
		}
	}
}

// ResultChan implements watch.Interface.
func (o *observedWatch) ResultChan() <-chan watch.Event { return o.events }

// Stop implements watch.Interface.
func (o *observedWatch) Stop() {
	o.stop.Do(func() {
		close(o.stopped)
		o.inner.Stop()
	})
}
