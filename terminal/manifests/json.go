package manifests

import (
	"encoding/json"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxObject is how large a template may be as JSON, in bytes: the API server takes no
// larger request. It bounds what aliases can make of it.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/server/config.go
const maxObject = 3 << 20

// writer writes a node as JSON.
type writer struct {
	*document
	out   []byte
	until int        // where in out
	at    *yaml.Node // the node that was written last before until
}

// json returns a node as JSON, as sigs.k8s.io/yaml makes it of the text. Of the object's
// own metadata only what podscore reads is written: a copy from a cluster has much more.
func (d *document) json(metadata, spec *yaml.Node) ([]byte, error) {
	w := &writer{document: d}
	return w.out, w.pod(metadata, spec)
}

func (w *writer) pod(metadata, spec *yaml.Node) error {
	w.out = append(w.out, `{"metadata":{`...)
	if metadata != nil && metadata.Kind == yaml.MappingNode {
		fields, err := w.fields(metadata)
		if err != nil {
			return err
		}
		if err := w.members(slices.DeleteFunc(fields, func(e entry) bool { return !slices.Contains(read, e.name) }), 2); err != nil {
			return err
		}
	}
	w.out = append(w.out, `},"spec":`...)
	if err := w.value(spec, 1); err != nil {
		return err
	}
	w.out = append(w.out, '}')
	return nil
}

// read are the fields of metadata that are read.
var read = []string{"name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "creationTimestamp"}

func (w *writer) value(n *yaml.Node, depth int) error {
	if err := w.visit(1+len(n.Value)/8, depth); err != nil {
		return err
	}
	if len(w.out) > maxObject {
		return errTooLarge
	}
	if len(w.out) <= w.until {
		w.at = n
	}
	switch n.Kind {
	case yaml.MappingNode:
		fields, err := w.fields(n)
		if err != nil {
			return err
		}
		w.out = append(w.out, '{')
		if err := w.members(fields, depth); err != nil {
			return err
		}
		w.out = append(w.out, '}')
	case yaml.SequenceNode:
		w.out = append(w.out, '[')
		for i, entry := range n.Content {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			if err := w.value(resolved(entry), depth+1); err != nil {
				return err
			}
		}
		w.out = append(w.out, ']')
	default:
		return w.scalarValue(n)
	}
	return nil
}

func (w *writer) members(fields []entry, depth int) error {
	for i, field := range fields {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(appendText(w.out, field.name), ':')
		if err := w.value(field.value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) scalarValue(n *yaml.Node) error {
	is, err := w.scalar(n)
	if err != nil {
		return err
	}
	switch is := is.(type) {
	case string:
		w.out = appendText(w.out, is)
	case int:
		w.out = strconv.AppendInt(w.out, int64(is), 10)
	case bool:
		w.out = strconv.AppendBool(w.out, is)
	default:
		text, err := json.Marshal(is)
		if err != nil {
			return w.wrong(n, "%q cannot be told in JSON", short(n.Value))
		}
		w.out = append(w.out, text...)
	}
	return nil
}
