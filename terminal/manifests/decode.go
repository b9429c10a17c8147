package manifests

import (
	"cmp"
	gojson "encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"

	"github.com/podscore/podscore/securitycontext"
)

// metadata returns what is read of an object's metadata. A namespace that is missing is
// the Reader's.
func (d *document) metadata(n *yaml.Node, fields []entry) (*metav1.ObjectMeta, error) {
	of := valueOf(fields, "metadata")
	if of == nil {
		of = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	}
	var pod corev1.Pod
	if err := d.unmarshal(of, &yaml.Node{Kind: yaml.MappingNode}, &pod, nil); err != nil {
		return nil, err
	}
	meta := &pod.ObjectMeta
	switch {
	case meta.Name == "" && meta.GenerateName == "":
		return nil, d.wrong(of, "metadata.name is missing")
	case meta.Name == "":
		meta.Name = meta.GenerateName + generated
	}
	if meta.Namespace == "" {
		meta.Namespace = d.reader.namespace()
	}
	return meta, nil
}

// template decodes the template of an object, and warns of fields that the API does not
// have. Kinds that are not of Kubernetes may have more fields; there only those of
// security contexts are told.
func (d *document) template(object *Object, kind *Kind) (*corev1.PodTemplateSpec, error) {
	fields, err := d.fields(object.template.value)
	if err != nil {
		return nil, err
	}
	metadata, spec := valueOf(fields, "metadata"), valueOf(fields, "spec")
	if spec == nil && valueOf(fields, "containers") != nil {
		metadata, spec, object.bare = nil, object.template.value, true
	}
	if spec == nil || spec.Kind != yaml.MappingNode {
		return nil, d.wrong(object.template.value, "the pod has no spec")
	}
	if metadata == nil || object.template.key == nil && kind.Paths[0] == "" {
		metadata = &yaml.Node{Kind: yaml.MappingNode} // a pod's own is read already
	}
	made := &corev1.PodTemplateSpec{}
	return made, d.unmarshal(metadata, spec, made, func(field string) {
		if kind.Source == "" || strings.Contains(strings.ToLower(field), "securitycontext") {
			region := object.Locate(pathOf(field))
			d.warn(region.Line, region.Column, "unknown field "+field+": it has no effect")
		}
	})
}

// unmarshal decodes metadata and spec, and calls unknown with the path of every field that
// the API does not have.
func (d *document) unmarshal(metadata, spec *yaml.Node, into any, unknown func(field string)) error {
	text, err := d.json(metadata, spec)
	if err != nil {
		return err
	}
	if unknown == nil {
		return d.placed(metadata, spec, json.UnmarshalCaseSensitivePreserveInts(text, into))
	}
	strict, err := json.UnmarshalStrict(text, into, json.DisallowUnknownFields)
	if err != nil {
		return d.placed(metadata, spec, err)
	}
	for _, err := range strict {
		if field, err := strconv.Unquote(strings.TrimPrefix(err.Error(), "unknown field ")); err == nil {
			unknown(field)
		}
	}
	return nil
}

// pathOf returns a path that the decoder writes, such as "spec.containers[0].image".
func pathOf(field string) securitycontext.Path {
	return strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune(".[]", r) })
}

// placed gives an error of the decoder its place, and words of the file's author.
func (d *document) placed(metadata, spec *yaml.Node, err error) error {
	var of *gojson.UnmarshalTypeError
	if !errors.As(err, &of) {
		return err
	}
	w := writer{document: d, until: int(of.Offset)}
	if err := w.pod(metadata, spec); err != nil {
		return err
	}
	is, _, _ := strings.Cut(of.Value, " ") // a number is told with its digits
	return d.wrong(w.at, "%s is %s, and has to be %s", of.Field, cmp.Or(ofJSON[is], is), inWords(of.Type))
}

// ofJSON says in words what a value is in JSON.
var ofJSON = map[string]string{"array": "a list", "bool": "a truth value", "number": "a number", "object": "a mapping", "string": "text"}

// inWords says what has to stand where a type is decoded.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	case reflect.Pointer:
		return inWords(t.Elem())
	}
	return "a whole number"
}
