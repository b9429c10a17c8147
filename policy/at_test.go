package policy

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// day returns the time of a day, counted from the start of the test's calendar.
func day(n int) time.Time { return time.Date(2027, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// inForce returns the names of the exemptions that excuse something of the failing pod.
func inForce(p Policy) (names []string) {
	for _, excuse := range p.Judge(shop, web, failing).Excuses {
		names = append(names, p.Exemptions()[excuse.Exemption].Name)
	}
	return names
}

func TestAt(t *testing.T) {
	ending := func(name string, ends time.Time) Exemption {
		return Exemption{Name: name, Everywhere: true, Ends: ends, Checks: everyCheck}
	}
	start := mustPreset(t, "cis").Exempting([]Exemption{ending("late", day(20)), ending("early", day(10)), ending("never", time.Time{}), ending("also-early", day(10))})
	all := []string{"also-early", "early", "late", "never"}
	if got := inForce(start); !slices.Equal(got, all) {
		t.Fatalf("before anybody says what time it is, %v are in force, want %v", got, all)
	}
	at, clock := start, time.Time{}
	for _, step := range []struct {
		name    string
		moment  time.Time
		inForce []string
		next    time.Time
	}{
		{"at the start", day(0), all, day(10)},
		{"just before the first end", day(10).Add(-1), all, day(10)},
		{"at the first end", day(10), []string{"late", "never"}, day(20)},
		{"when the clock goes back", day(0), []string{"late", "never"}, day(20)},
		{"just before the last end, in another zone", day(20).Add(-1).In(time.FixedZone("", 3600)), []string{"late", "never"}, day(20)},
		{"after the last end", day(30), []string{"never"}, time.Time{}},
		{"when the clock goes back again", day(5), []string{"never"}, time.Time{}},
	} {
		at, clock = at.At(step.moment)
		if got := inForce(at); !slices.Equal(got, step.inForce) || !clock.Equal(step.next) {
			t.Errorf("%s: in force are %v and the next end is %s, want %v and %s", step.name, got, clock, step.inForce, step.next)
		}
		if len(at.Exemptions()) != len(all) {
			t.Errorf("%s: %d exemptions are told, want all %d", step.name, len(at.Exemptions()), len(all))
		}
	}
	if got := inForce(start); !slices.Equal(got, all) {
		t.Errorf("a policy changed when another was made of it: in force are %v", got)
	}
	if got := inForce(at.Exempting(at.Exemptions())); !slices.Equal(got, all) {
		t.Errorf("exemptions that were given anew have ended: in force are %v", got)
	}
	if _, next := (Policy{}).At(day(0)); !next.IsZero() {
		t.Errorf("without exemptions the next end is %s", next)
	}
}

// TestEndedIsAbsent: an exemption that has ended judges as if it were not there, and
// nothing changes between two ends.
func TestEndedIsAbsent(t *testing.T) {
	ended := 0
	forRandom(t, func(t *testing.T, r *rand.Rand, c *judged) {
		list := slices.Clone(c.policy.Exemptions())
		for i := range list {
			list[i].Ends = oneOf(r, time.Time{}, day(r.IntN(5)), day(r.IntN(5)))
		}
		moment := day(r.IntN(6))
		at, next := c.policy.Exempting(list).At(moment)
		left := slices.DeleteFunc(slices.Clone(list), func(e Exemption) bool { return !e.Ends.IsZero() && !e.Ends.After(moment) })
		without := c.policy.Exempting(left)
		got, want := c.by(at), c.by(without)
		if !reflect.DeepEqual(named(at, got), named(without, want)) {
			t.Errorf("at %s: got %+v, want %+v", moment, got, want)
		}
		if !next.IsZero() {
			if !next.After(moment) {
				t.Errorf("the next end after %s is %s", moment, next)
			}
			if before, _ := at.At(next.Add(-1)); !reflect.DeepEqual(c.by(before), got) {
				t.Errorf("something changes between %s and the next end, %s", moment, next)
			}
		}
		if len(left) < len(list) {
			ended++
		}
	})
	if ended < 500 {
		t.Errorf("something has ended for %d of the random policies only", ended)
	}
}
