package securitycontext

// No container may write to its root filesystem.
//
//	spec.{init,,ephemeral}Containers[*].securityContext.readOnlyRootFilesystem
//
// The value must be true for every container; unset means writable.
var readOnlyRootFilesystem = Check{
	ID:       "read-only-root-filesystem",
	Severity: Medium,
	Weight:   6,
	Scope:    ScopeContainer,
	Field:    "readOnlyRootFilesystem",
	Passes:   "`readOnlyRootFilesystem` is explicitly `true` for every container",
	Reasons:  []Reason{Missing, ExplicitFalse},
	evaluate: func(_ *Pod, c *Container) Reason {
		switch value := c.readOnlyRootFilesystem(); {
		case value == nil:
			return Missing
		case !*value:
			return ExplicitFalse
		}
		return passed
	},
}
