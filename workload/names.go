package workload

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The API server's limits on the length of a kind and of a name, in bytes.
const (
	longestKind = 63
	longestName = 253
)

// Namespace makes a namespace's name safe to expose and returns that: valid UTF-8 of at
// most 253 bytes. A name that the API server admits is returned as it is. Invalid
// UTF-8 would break the whole exposition.
func Namespace(name string) string {
	if len(name) <= longestName && utf8.ValidString(name) {
		return name
	}
	name = strings.ToValidUTF8(name, "\uFFFD")
	if len(name) > longestName {
		name = strings.ToValidUTF8(name[:longestName], "") // a character may be cut in two
	}
	return name
}

// isKind reports whether a kind is valid: an identifier, no longer than the API server
// admits for the kind of a CustomResourceDefinition.
func isKind(kind string) bool {
	if kind == "" || len(kind) > longestKind || !isLetter(kind[0]) {
		return false
	}
	for i := range len(kind) {
		if !isLetter(kind[i]) && !isDigit(kind[i]) {
			return false
		}
	}
	return true
}

// isName reports whether the API server would admit a name for an object: a DNS
// subdomain. The tests compare it with the API server's own function, which uses a
// regular expression and is slow.
func isName(name string) bool {
	if len(name) > longestName {
		return false
	}
	edge := true // at the start of a label, or after a dot
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', isDigit(c):
			edge = false
		case c == '-' && !edge && i+1 < len(name) && name[i+1] != '.':
		case c == '.' && !edge:
			edge = true
		default:
			return false
		}
	}
	return !edge
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// builtIn lists the kinds of Kubernetes, and Argo's Rollout, that own pods or the
// owners of pods. A few more are in parts.
var builtIn = []string{
	"CronJob", "DaemonSet", "Deployment", "Job", "Node", "Pod", "ReplicaSet", "ReplicationController", "Rollout", "StatefulSet",
}

// Known reports whether a kind is in builtIn or in parts. The author of a pod can write
// any number of other kinds into its owner references.
func Known(kind string) bool {
	return slices.Contains(builtIn, kind) || slices.ContainsFunc(parts, func(row part) bool { return row.kind == kind })
}
