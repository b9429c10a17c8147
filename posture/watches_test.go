package posture

import (
	"errors"
	"reflect"
	"testing"
)

func TestWatches(t *testing.T) {
	w := NewWatches("pods", "namespaces")
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
	if err := w.Err("pods"); !errors.Is(err, gone) {
		t.Errorf("watch still fails; Err says %v", err)
	}
	w.Failed("pods", "list", "refused", refused)
	if !w.Worked("pods", "watch") || w.Err("pods") != nil {
		t.Errorf("a watch makes up for a list that failed; Err says %v", w.Err("pods"))
	}
	w.Expired("pods")
	if err := w.Err("pods"); err != nil {
		t.Errorf("a watch that fell behind is no failure; Err says %v", err)
	}
	w.Active("pods", start)
	want := []Watch{{Resource: "namespaces"}, {Resource: "pods", LastActivity: start, Errors: 6}}
	if got := w.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
