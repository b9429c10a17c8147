package workload

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// How long the API server lets a kind and a name be.
const (
	longestKind = 63
	longestName = 253
)

// Namespace returns a namespace's name as it can be exposed. The API server admits
// none that would have to be changed; something that is no UTF-8 would break the
// whole exposition.
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

// isKind tells whether a kind can be one: an identifier, as long as the API
// server lets a CustomResourceDefinition's be.
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

// isName tells whether the API server would admit a name for an object: a DNS
// subdomain. The tests compare it with what the API server asks, which is a
// regular expression and takes its time.
func isName(name string) bool {
	if len(name) > longestName {
		return false
	}
	edge := true // where a part begins, and where it ends
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

// builtIn are the kinds of Kubernetes and of a Rollout: those that own pods, or
// stand behind an owner. A few more are in parts.
var builtIn = []string{
	"CronJob", "DaemonSet", "Deployment", "Job", "Node", "Pod", "ReplicaSet", "ReplicationController", "Rollout", "StatefulSet",
}

// Known tells whether a kind is one of Kubernetes' own or in the table. There
// are as many others as somebody likes to write into references to owners.
func Known(kind string) bool {
	return slices.Contains(builtIn, kind) || slices.ContainsFunc(parts, func(row part) bool { return row.kind == kind })
}
