package posture

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// TestWaitingForLists: a list that has not ended is named, with its namespace and
// since when: the first one at once, a later one when it takes too long.
func TestWaitingForLists(t *testing.T) {
	w := NewWatches("pods")
	shop, bank := w.Open("pods"), w.Open("pods")
	w.Asks(shop, start)
	w.In(shop, "shop")
	w.Asks(bank, start.Add(time.Second))
	w.Asks(bank, start.Add(time.Minute)) // again, for the same
	w.In(bank, "bank")
	w.Active(shop, start.Add(time.Minute))
	inShop := "the list of pods in the namespace shop to end and a watch to go on from there, since " + start.UTC().Format(time.RFC3339)
	inBank := "the list of pods in the namespace bank to end and a watch to go on from there, since " + start.Add(time.Second).UTC().Format(time.RFC3339)
	expect := func(at time.Duration, err string, waiting ...string) {
		t.Helper()
		switch got := w.Err("pods", start.Add(at), time.Minute); {
		case got == nil && err != "", got != nil && got.Error() != err:
			t.Errorf("Err says %v, want %q", got, err)
		}
		if got := w.Waiting(); !slices.Equal(got, waiting) {
			t.Errorf("waiting for %q, want %q", got, waiting)
		}
	}
	expect(0, "waiting for "+inShop, inShop, inBank)
	w.Hears(shop)
	expect(0, "waiting for "+inBank, inBank)
	w.Hears(bank)
	w.Active(bank, start)
	expect(0, "")
	w.Asks(shop, start)
	expect(time.Minute, "")
	w.Active(shop, start.Add(2*time.Minute)) // objects of a list that does not end
	w.Active(bank, start.Add(2*time.Minute))
	expect(2*time.Minute, "waiting for "+inShop)
}

// TestUnheard: the result is that of the worst watch, whether it ended, lists again or
// is silent. A watch that receives something now and then is well.
func TestUnheard(t *testing.T) {
	w := NewWatches("pods", "namespaces")
	pods, namespaces := w.Open("pods"), w.Open("namespaces")
	expect := func(at, want time.Duration) {
		t.Helper()
		if got := w.Unheard(start.Add(at), 3*time.Minute); got != want {
			t.Errorf("after %s unheard for %s, want %s", at, got, want)
		}
	}
	expect(0, 0)
	w.Asks(pods, start)
	expect(time.Second, time.Second)
	w.Hears(pods)
	w.Hears(namespaces)
	w.Active(pods, start)
	w.Active(namespaces, start.Add(time.Minute))
	expect(3*time.Minute, 0)
	expect(4*time.Minute, 4*time.Minute)
	w.Active(pods, start.Add(4*time.Minute))
	expect(4*time.Minute, 0)
	w.Asks(namespaces, start.Add(4*time.Minute)) // it ended
	w.Failed(namespaces, "watch", "refused", errors.New("refused"))
	w.Asks(namespaces, start.Add(5*time.Minute))
	w.Active(pods, start.Add(5*time.Minute))
	expect(5*time.Minute, 4*time.Minute) // silent before it ended
	w.Active(namespaces, start.Add(5*time.Minute))
	expect(5*time.Minute, time.Minute) // a list without an end
	w.Hears(namespaces)
	expect(5*time.Minute, 0)
}
