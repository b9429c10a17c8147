package securitycontext

import (
	"reflect"
	"strings"
)

// jsonName returns a field's name in manifests.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
