package controllers

import (
	"maps"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// recorded is a store that keeps the labels of namespaces.
type recorded struct {
	Store
	labels map[string]map[string]string
}

func (r *recorded) PutNamespace(name string, labels map[string]string, _ uint64) {
	r.labels[name] = labels
}

func (r *recorded) ReplaceNamespaces(labels map[string]map[string]string, _ uint64) {
	maps.Copy(r.labels, labels)
}

// TestLabelsOfNamespaces: labels are kept, up to 4 KiB of them; more count as not known,
// which is logged once.
func TestLabelsOfNamespaces(t *testing.T) {
	few, many := map[string]string{"tier": "legacy"}, map[string]string{}
	for _, letter := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		for range 3 {
			letter += letter
			many[letter] = strings.Repeat("x", 60)
		}
	}
	for name, c := range map[string]struct {
		labels map[string]string
		known  bool
		logged int
	}{"few": {few, true, 0}, "none": {nil, true, 0}, "many": {many, false, 1}} {
		t.Run(name, func(t *testing.T) {
			lines := 0
			log := funcr.New(func(string, string) { lines++ }, funcr.Options{})
			store := &recorded{labels: map[string]map[string]string{}}
			sink := &namespaceSink{Reflectors: &Reflectors{Cluster: &Cluster{Shard: WholeCluster, Log: log}, Store: store}}
			whole := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "event", Labels: c.labels}}
			if err := sink.Add(whole); err != nil {
				t.Fatal(err)
			}
			whole.Name = "list"
			stripped, err := stripMetadata(whole)
			if err != nil {
				t.Fatal(err)
			}
			if err := sink.Replace([]any{stripped}, "1"); err != nil {
				t.Fatal(err)
			}
			for _, told := range []string{"event", "list"} {
				if got := store.labels[told]; (got != nil) != c.known || c.known && !maps.Equal(got, c.labels) {
					t.Errorf("by an %s the labels are %v", told, got)
				}
			}
			if lines != c.logged {
				t.Errorf("%d lines are logged, want %d", lines, c.logged)
			}
		})
	}
}
