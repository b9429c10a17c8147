package securitycontext

import "testing"

func TestReadOnlyRootFilesystem(t *testing.T) {
	testCheck(t, readOnlyRootFilesystem, []checkCase{
		{"no security context", `containers: [{name: app}]`, "missing(app)"},
		{"true", `containers: [{name: app, securityContext: {readOnlyRootFilesystem: true}}]`, "pass"},
		{"false", `containers: [{name: app, securityContext: {readOnlyRootFilesystem: false}}]`, "explicit-false(app)"},
		{"one of two", `containers: [{name: app, securityContext: {readOnlyRootFilesystem: true}}, {name: log}]`, "missing(log)"},
	})
}
