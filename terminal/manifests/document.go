package manifests

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/configuration"
)

// Document is what a document of a file has.
type Document struct {
	// Objects are the pods, and templates of pods.
	Objects []*Object
	// Skipped has the objects without pods.
	Skipped []Skipped
	// Warnings tell of fields that have no effect.
	Warnings []configuration.Error
	// Errors say why it, or some of it, could not be read.
	Errors []configuration.Error
}

// Skipped is an object without pods.
type Skipped struct {
	Source Source
	// Kind is the object's; "" if it has none.
	Kind string
}

// Source is where an object stands.
type Source struct {
	// File is the file's name, as it was given; "<stdin>" for standard input.
	File string
	// Document is the number of the document in the file, from 1.
	Document int
	// Line is the object's first line in the file, from 1.
	Line int
}

// Object is a pod, or an object with a template, as the pod that it would make.
type Object struct {
	Source Source
	// APIVersion, Kind, Namespace and Name are the object's. A name that the API server
	// would generate ends in "xxxxx".
	APIVersion, Kind, Namespace, Name string
	// Pod is the pod. One of a template has the template's labels and annotations, and the
	// object as its owner.
	Pod *corev1.Pod

	document *document
	template *spot
	bare     bool // the template is the spec of a pod alone
}
