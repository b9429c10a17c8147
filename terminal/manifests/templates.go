package manifests

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// spot is a value, and the key of the field that has it; nil for an entry of a list.
type spot struct{ key, value *yaml.Node }

// templates adds the pods of an object to the result.
func (d *document) templates(n *yaml.Node, fields []entry, kind *Kind, is header, source Source) error {
	var found []spot
	for _, path := range kind.Paths {
		if err := d.find(spot{value: n}, steps(path), &found); err != nil {
			return err
		}
	}
	switch {
	case len(found) == 0 && kind.Source == "":
		return d.wrong(n, "%s is missing, and makes a %s", kind.Paths[0], is.kind)
	case len(found) == 0:
		d.result.Skipped = append(d.result.Skipped, Skipped{source, is.kind})
		return nil
	}
	meta, err := d.metadata(n, fields)
	if err != nil {
		return err
	}
	for i := range found {
		object := &Object{Source: source, APIVersion: is.apiVersion, Kind: is.kind, Namespace: meta.Namespace, Name: meta.Name, document: d, template: &found[i]}
		made, err := d.template(object, kind)
		if err != nil {
			d.tell(found[i].value, err)
			continue
		}
		object.Pod = &corev1.Pod{ObjectMeta: *meta, Spec: made.Spec}
		if found[i].value == n {
			object.Pod.Status.Phase = d.phase(fields)
		} else {
			object.Pod.ObjectMeta = ofTemplate(&made.ObjectMeta, meta, is)
		}
		d.result.Objects = append(d.result.Objects, object)
	}
	return nil
}

// find adds the values that a path leads to, and that are mappings.
func (d *document) find(from spot, path []string, found *[]spot) error {
	if len(path) == 0 {
		if from.value.Kind == yaml.MappingNode {
			*found = append(*found, from)
		}
		return nil
	}
	all := path[0] == "*"
	if all && from.value.Kind == yaml.SequenceNode {
		for _, item := range from.value.Content {
			if err := d.find(spot{value: resolved(item)}, path[1:], found); err != nil {
				return err
			}
		}
		return nil
	}
	if from.value.Kind != yaml.MappingNode {
		return nil
	}
	fields, err := d.fields(from.value)
	if err != nil {
		return err
	}
	for _, field := range fields {
		if all || field.name == path[0] {
			if err := d.find(spot{field.key, field.value}, path[1:], found); err != nil {
				return err
			}
		}
	}
	return nil
}

// phase returns the phase of a pod, which only one from a cluster has.
func (d *document) phase(fields []entry) corev1.PodPhase {
	status := valueOf(fields, "status")
	if status == nil || status.Kind != yaml.MappingNode {
		return ""
	}
	within, err := d.fields(status)
	if err != nil {
		return ""
	}
	return corev1.PodPhase(text(within, "phase"))
}

// ofTemplate returns the metadata of a pod that an object makes of its template.
func ofTemplate(template, owner *metav1.ObjectMeta, is header) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: owner.Name + "-" + generated, Namespace: owner.Namespace,
		Labels: template.Labels, Annotations: template.Annotations, CreationTimestamp: owner.CreationTimestamp,
		OwnerReferences: []metav1.OwnerReference{{APIVersion: is.apiVersion, Kind: is.kind, Name: owner.Name, Controller: new(true)}},
	}
}

// generated stands for what the API server appends to metadata.generateName.
const generated = "xxxxx"

// step returns the field or the item that a step of a path leads to.
func (d *document) step(from spot, step string) (spot, error) {
	switch from.value.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && 0 <= i && i < len(from.value.Content) {
			return spot{value: resolved(from.value.Content[i])}, nil
		}
	case yaml.MappingNode:
		fields, err := d.fields(from.value)
		if err != nil {
			return spot{}, err
		}
		for _, field := range fields {
			if field.name == step {
				return spot{field.key, field.value}, nil
			}
		}
	}
	return spot{}, fmt.Errorf("there is no %s", step)
}
