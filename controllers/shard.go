package controllers

import (
	"fmt"

	"k8s.io/apimachinery/pkg/sharding"
)

// Shard is the part of a cluster's namespaces that one of several podscores watches. The
// zero value is not valid; use [WholeCluster].
type Shard struct {
	// Index is from 0 to Count-1.
	Index int
	// Count is the number of shards.
	Count int
}

// WholeCluster is the shard of a podscore that watches all namespaces.
var WholeCluster = Shard{Index: 0, Count: 1}

// stripes is the number of equal parts of the hash's range. Shards get them in turn. With
// only as many parts as shards, numbered names (team-1, team-2) would be spread unevenly:
// of 2,000 of them, two shards get 700 and 1,300; with 256 parts, 960 and 1,040. More
// parts would be more even, and make the selector too long for some proxies: it has 10 KB
// with two shards.
const stripes = 256

// MaxShards is the largest number of shards. Names that differ only in a number are spread
// so unevenly that with more shards, several would have no namespace.
const MaxShards = 8

// Owns reports whether a namespace belongs to the shard. Every namespace belongs to
// exactly one. The hash is 64-bit FNV-1a, which the API server's sharded watches use too,
// so that both assign a namespace to the same shard. It is computed here because every
// event needs it, and sharding.HashField returns text.
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

// Selector returns the ListOptions.ShardSelector with which the API server sends only
// objects in the shard's namespaces; empty for the whole cluster. A server that does not
// support shard selectors (they are alpha since Kubernetes 1.36) sends all objects.
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
