package cluster

import (
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// inWords says of an error what could not be done, in one line. Of a missing right it names
// the right, and the command that tells whether one has it.
func inWords(err error, verb string, r *resource, namespace string) error {
	what, where, flag := verb+" "+r.String(), "", ""
	switch {
	case r == &namespaces:
	case namespace == "":
		where, flag = " in all namespaces", " --all-namespaces"
	default:
		where, flag = " in the namespace "+namespace, " -n "+namespace
	}
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("you may not %s%s: ask for this right, and kubectl auth can-i %s%s says whether you have it", what, where, what, flag)
	}
	return fmt.Errorf("cannot %s%s: %w", what, where, oneLine{err})
}

// oneLine is an error that is told in one line.
type oneLine struct{ error }

// Error implements error.
func (o oneLine) Error() string { return strings.Join(strings.Fields(o.error.Error()), " ") }

// Unwrap returns the error as it was.
func (o oneLine) Unwrap() error { return o.error }
