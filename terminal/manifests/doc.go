// Package manifests reads what makes pods out of files: pods, and the templates of
// workloads, with the line and column of every field.
//
// [Reader.Read] yields one [Document] after the other. A stream is split into documents
// (split.go) of which most are told by their kind to have no pods (peek.go). The others
// are parsed (parse.go), and judged as the API server would read them: with YAML 1.1's
// truth values, aliases and merge keys (fields.go, scalars.go, json.go).
package manifests
