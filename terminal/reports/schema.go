package reports

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema returns the JSON schema of a ScoreReport.
func Schema() []byte { return schema }
