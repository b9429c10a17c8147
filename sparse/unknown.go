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

// knownFields has the numbers of a message's fields that the API's library knows. The
// value of a field that is a message is that message's fields, else nil.
type knownFields map[protowire.Number]knownFields

// securityContexts has the fields of the security contexts, which are decoded by the API's
// library. It skips unknown fields silently.
var securityContexts = sync.OnceValue(func() (known struct{ ofPod, ofContainer knownFields }) {
	known.ofPod = knownFieldsOf(reflect.TypeFor[corev1.PodSecurityContext]())
	known.ofContainer = knownFieldsOf(reflect.TypeFor[corev1.SecurityContext]())
	return known
})

// knownFieldsOf reads the numbers from the struct tags: protobuf:"bytes,1,opt,name=…".
func knownFieldsOf(t reflect.Type) knownFields {
	m := knownFields{}
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
		element := field.Type
		for element.Kind() == reflect.Pointer || element.Kind() == reflect.Slice {
			element = element.Elem()
		}
		m[protowire.Number(number)] = nil
		if element.Kind() == reflect.Struct {
			m[protowire.Number(number)] = knownFieldsOf(element)
		}
	}
	return m
}

// unknown adds to found the fields of a message that are not known, such as
// "spec.securityContext: field 14"; path names the message.
func (m knownFields) unknown(path string, data []byte, found map[string]bool) {
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

// unknown returns the fields of all security contexts that the API's library does not
// know, each once and sorted; nil if there are none.
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
