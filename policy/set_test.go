package policy

import (
	"slices"
	"testing"
)

// TestSet: a set has what was added, and finds in order what is in another one too, also
// where one word of its memory ends and the next begins.
func TestSet(t *testing.T) {
	const size = 130
	for _, c := range []struct{ one, other, both []int32 }{
		{nil, nil, nil},
		{[]int32{0, 1, 2}, nil, nil},
		{[]int32{2, 0, 1}, []int32{3, 1, 2}, []int32{1, 2}},
		{[]int32{129, 128, 64, 63, 62, 0}, []int32{0, 63, 64, 65, 127, 129}, []int32{0, 63, 64, 129}},
	} {
		one, other := setOfAll(c.one, size), setOfAll(c.other, size)
		for i := range int32(size) {
			if one.has(i) != slices.Contains(c.one, i) {
				t.Errorf("the set of %v has %d: %t", c.one, i, one.has(i))
			}
		}
		if got := one.appendBoth(nil, other); !slices.Equal(got, c.both) {
			t.Errorf("in both of %v and %v are %v, want %v", c.one, c.other, got, c.both)
		}
	}
}

// TestSetIsSmall: a set takes a bit for each exemption, in words of 64.
func TestSetIsSmall(t *testing.T) {
	for exemptions, want := range map[int]int{0: 0, 1: 1, 64: 1, 65: 2, 128: 2, 10_000: 157} {
		if got := len(newSet(exemptions)); got != want {
			t.Errorf("a set of %d exemptions takes %d words, want %d", exemptions, got, want)
		}
	}
}
