package controllers

import (
	"fmt"

	"k8s.io/apimachinery/pkg/sharding"
)

// Shard is the part of a cluster's namespaces that one of several podscores
// looks after. The zero value is no shard; use [WholeCluster].
type Shard struct {
	// Index is from 0 to Count-1.
	Index int
	// Count is how many shards there are.
	Count int
}

// WholeCluster is the one shard of a podscore that shares with nobody.
var WholeCluster = Shard{Index: 0, Count: 1}

// stripes is how many equal parts the hash's range is dealt in, in turn. With
// as many parts as shards, numbered names (team-1, team-2) would end up
// together: of 2,000 of them, two shards get 700 and 1,300; with 256, 960 and
// 1,040. More would be fairer still, and make the selector too long for some
// proxies: it has 10 KB with two shards.
const stripes = 256

// MaxShards is how many shards there may be. Namespaces whose names differ in a
// number only spread so badly that with more, several would have none.
const MaxShards = 8

// Owns tells whether a namespace belongs to the shard. Every namespace belongs
// to exactly one, by the hash that the API server's sharded watches use,
// 64-bit FNV-1a, so that it makes no difference who does the sharding.
func (s Shard) Owns(namespace string) bool {
	if s.Count == 1 {
		return true
	}
	hash := uint64(14695981039346656037)
	for i := range len(namespace) {
		hash = (hash ^ uint64(namespace[i])) * 1099511628211
	}
	return int(hash/(1<<64/stripes))%s.Count == s.Index
}

// Selector returns what to ask the API server for, so that it sends pods of the
// shard's namespaces only; empty for the whole cluster. A server that does not
// know shard selectors (they are alpha since Kubernetes 1.36) sends all.
func (s Shard) Selector() string {
	if s.Count == 1 {
		return ""
	}
	var ranges []sharding.ShardRangeRequirement
	for stripe := s.Index; stripe < stripes; stripe += s.Count {
		ranges = append(ranges, sharding.ShardRangeRequirement{
			Key:   "object.metadata.namespace",
			Start: fmt.Sprintf("0x%02x00000000000000", stripe),
			End:   fmt.Sprintf("0x%02x00000000000000", stripe+1), // the last is 2^64, with a digit more
		})
	}
	return sharding.NewSelector(ranges...).String()
}
