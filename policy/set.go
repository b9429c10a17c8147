package policy

import "math/bits"

// set is a set of exemptions, of a bit each.
type set []uint64

func newSet(exemptions int) set { return make(set, (exemptions+63)/64) }

func setOfAll(list []int32, exemptions int) set {
	s := newSet(exemptions)
	for _, i := range list {
		s.add(i)
	}
	return s
}

func (s set) add(i int32) { s[i/64] |= 1 << (i % 64) }

func (s set) has(i int32) bool { return s[i/64]&(1<<(i%64)) != 0 }

// appendBoth appends those that are in the other set too, in order.
func (s set) appendBoth(list []int32, other set) []int32 {
	for at := range s {
		for rest := s[at] & other[at]; rest != 0; rest &= rest - 1 {
			list = append(list, int32(64*at+bits.TrailingZeros64(rest)))
		}
	}
	return list
}
