package posture

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestWatches(t *testing.T) {
	w := NewWatches("pods", "namespaces")
	w.Hears("pods")
	refused, gone := errors.New("refused"), errors.New("gone")
	type step struct {
		what string
		got  bool
		want bool
	}
	for _, s := range []step{
		{"a first success is no news", w.Worked("pods", "watch"), false},
		{"a first failure is", w.Failed("pods", "watch", "refused", refused), true},
		{"the same again is not", w.Failed("pods", "watch", "refused", errors.New("refused, in other words")), false},
		{"another one is", w.Failed("pods", "watch", "gone", gone), true},
		{"nor does another verb know", w.Failed("pods", "list", "refused", refused), true},
		{"one verb works again", w.Worked("pods", "list"), true},
	} {
		if s.got != s.want {
			t.Errorf("%s: got %t", s.what, s.got)
		}
	}
	if err := w.Err("pods", start, time.Minute); !errors.Is(err, gone) {
		t.Errorf("watch still fails; Err says %v", err)
	}
	w.Failed("pods", "list", "refused", refused)
	if !w.Worked("pods", "watch") || w.Err("pods", start, time.Minute) != nil {
		t.Errorf("a watch makes up for a list that failed; Err says %v", w.Err("pods", start, time.Minute))
	}
	w.Restarted("pods")
	if err := w.Err("pods", start, time.Minute); err != nil {
		t.Errorf("a watch that fell behind is no failure; Err says %v", err)
	}
	w.Active("pods", start)
	want := []Watch{{Resource: "namespaces"}, {Resource: "pods", LastActivity: start, Errors: 6}}
	if got := w.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestSeveralWatchesOnOneResource: a watch that works does not hide one that fails.
func TestSeveralWatchesOnOneResource(t *testing.T) {
	w := NewWatches("pods")
	first, second := w.Open("pods"), w.Open("pods")
	if first != "pods" || second == first {
		t.Fatalf("the watches are named %q and %q", first, second)
	}
	w.Active(first, start)
	if last := w.Snapshot()[0].LastActivity; !last.IsZero() {
		t.Errorf("one watch never said anything, and the last activity is %s", last)
	}
	w.Active(second, start.Add(-time.Minute))
	refused := errors.New("refused")
	w.Failed(second, "watch", "refused", refused)
	w.Failed(first, "watch", "refused", refused)
	w.Worked(first, "watch")
	if err := w.Err("pods", start, time.Minute); !errors.Is(err, refused) {
		t.Errorf("one watch is refused; Err says %v", err)
	}
	want := []Watch{{Resource: "pods", LastActivity: start.Add(-time.Minute), Errors: 2}}
	if got := w.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestSilence: a watch that is established and receives nothing for too long is an error.
func TestSilence(t *testing.T) {
	w := NewWatches("pods", "namespaces")
	w.Open("pods")
	another := w.Open("pods")
	for _, name := range []string{"pods", another, "namespaces"} {
		w.Hears(name)
	}
	if err := w.Err("pods", start, time.Minute); err != nil {
		t.Errorf("before the first event: %v", err)
	}
	w.Active("pods", start)
	w.Active(another, start.Add(-time.Minute))
	if err := w.Err("pods", start, time.Minute); err != nil {
		t.Errorf("after a minute: %v", err)
	}
	want := "the API server has told nothing of pods for 1m1s"
	if err := w.Err("pods", start.Add(time.Second), time.Minute); err == nil || err.Error() != want {
		t.Errorf("after more than that: %v, want %s", err, want)
	}
	if err := w.Err("namespaces", start.Add(time.Hour), time.Minute); err != nil {
		t.Errorf("of another resource: %v", err)
	}
}
