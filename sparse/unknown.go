package sparse

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
)

// message lists the fields of one of the API's messages that this library
// knows; what a field that is itself a message knows is behind its number, and
// nil behind the others.
type message map[protowire.Number]message

// securityContexts are the messages that the official decoding reads: it skips
// what it does not know without a word.
var securityContexts = sync.OnceValue(func() (known struct{ ofPod, ofContainer message }) {
	known.ofPod = messageOf(reflect.TypeFor[corev1.PodSecurityContext]())
	known.ofContainer = messageOf(reflect.TypeFor[corev1.SecurityContext]())
	return known
})

// messageOf reads the numbers off the type's own tags: protobuf:"bytes,1,opt,name=…".
func messageOf(t reflect.Type) message {
	m := message{}
	for i := range t.NumField() {
		field := t.Field(i)
		parts := strings.Split(field.Tag.Get("protobuf"), ",")
		if len(parts) < 2 {
			continue
		}
		number, err := strconv.Atoi(parts[1])
		if err != nil {
			continue
		}
		of := field.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		m[protowire.Number(number)] = nil
		if of.Kind() == reflect.Struct {
			m[protowire.Number(number)] = messageOf(of)
		}
	}
	return m
}

// unknown adds to found the fields of a message that are not known, such as
// "spec.securityContext: field 14", each once.
func (m message) unknown(path string, data []byte, found map[string]bool) {
	f := fieldsOf(data)
	for f.next() {
		switch inner, known := m[f.number]; {
		case !known:
			found[fmt.Sprintf("%s: field %d", path, f.number)] = true
		case inner != nil:
			inner.unknown(fmt.Sprintf("%s, in field %d", path, f.number), f.value, found)
		}
	}
}

// unknown returns the fields of the security contexts that this library does
// not know: a newer API server sends them.
func (s *spec) unknown() []string {
	known, found := securityContexts(), map[string]bool{}
	known.ofPod.unknown("spec.securityContext", s.securityContext, found)
	for list := range s.containers {
		for i := range s.containers[list] {
			known.ofContainer.unknown("securityContext of a container", s.containers[list][i].securityContext, found)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(found))
}
