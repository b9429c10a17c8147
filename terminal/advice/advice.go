package advice

import (
	"fmt"

	"github.com/podscore/podscore/securitycontext"
)

// Advice is what there is to say of a check.
type Advice struct {
	// Why says what a failure exposes.
	Why string
	// Default says what holds where nobody sets the field; "" if the check passes then.
	Default string
	// Write is what to write in a security context, in YAML.
	Write string
	// Level is the security context where it is written for all containers at once, if
	// that is possible.
	Level Level
	// Breaks says what may stop working, and the way out.
	Breaks string

	says map[securitycontext.Reason]string
}

// Level is a level at which there are security contexts.
type Level string

// The levels.
const (
	OfPod       Level = "pod"
	OfContainer Level = "container"
)

// For returns the advice for a check, by its id. Every check has one.
func For(id string) Advice { return table[id] }

// Remedy returns the advice that ends a failure: that for its check, or for what has the check
// fail whatever its own field says.
func Remedy(f securitycontext.Finding) Advice {
	switch f.Reason {
	case securitycontext.Privileged:
		return table["privileged"]
	case securitycontext.SysAdmin:
		return table["capabilities-add"]
	}
	return table[checks[f.Check].ID]
}

// Says says what is wrong, such as "capabilities are not dropped".
func Says(f securitycontext.Finding) string {
	id := checks[f.Check].ID
	said, known := table[id].says[f.Reason]
	if !known { // a test has a sentence for every reason
		return fmt.Sprintf("%s fails: %s", id, f.Reason)
	}
	return said
}

var checks = securitycontext.Checks()
