// Package configuration reads the files that say what counts: the preset, which checks
// are required, and the exemptions. [Read] reads them once. A [Loader] reads them again
// and again, and keeps the last good content of a file that is bad. [Describe] tells in
// words what they say.
//
// One table of fields (fields.go) drives the reading, the JSON schema and the docs.
package configuration
