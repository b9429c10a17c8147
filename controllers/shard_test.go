package controllers

import (
	"fmt"
	"regexp"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/sharding"
)

var shardRange = regexp.MustCompile(`shardRange\((\S+), '(0x[0-9a-f]+)', '(0x[0-9a-f]+)'\)`)

// parse parses a selector, as the API server does.
func parse(t *testing.T, selector string) sharding.Selector {
	t.Helper()
	var ranges []sharding.ShardRangeRequirement
	for _, match := range shardRange.FindAllStringSubmatch(selector, -1) {
		if len(match[2]) != 18 || len(match[3]) != 18 && match[3] != "0x10000000000000000" {
			t.Fatalf("the bounds %s and %s are not as the API server compares them", match[2], match[3])
		}
		ranges = append(ranges, sharding.ShardRangeRequirement{Key: match[1], Start: match[2], End: match[3]})
	}
	return sharding.NewSelector(ranges...)
}

// TestEveryNamespaceBelongsToOneShard: every namespace has one owner, and the selector of
// that shard alone matches it.
func TestEveryNamespaceBelongsToOneShard(t *testing.T) {
	for _, count := range []int{2, 3, 5, MaxShards} {
		counts := make([]int, count)
		selectors := make([]sharding.Selector, count)
		for i := range count {
			selectors[i] = parse(t, Shard{i, count}.Selector())
		}
		const namespaces = 2000
		for n := range namespaces {
			name := fmt.Sprint("team-", n)
			owners := 0
			for i := range count {
				owns := Shard{i, count}.Owns(name)
				if owns {
					owners++
					counts[i]++
				}
				pod := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: name}}
				if matches, err := selectors[i].Matches(pod); err != nil || matches != owns {
					t.Fatalf("shard %d of %d owns %s: %t here, %t by its selector: %v", i, count, name, owns, matches, err)
				}
			}
			if owners != 1 {
				t.Fatalf("%s belongs to %d of %d shards", name, owners, count)
			}
		}
		for i, got := range counts {
			// Names that differ only in a number are the hash's worst case.
			if fair := namespaces / count; count <= 5 && (got < fair/2 || got > fair*3/2) {
				t.Errorf("shard %d of %d has %d namespaces of %d", i, count, got, namespaces)
			}
		}
	}
	if !WholeCluster.Owns("any") || WholeCluster.Selector() != "" {
		t.Error("the whole cluster leaves something out")
	}
}
