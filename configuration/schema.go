package configuration

import (
	"encoding/json"
	"maps"
)

// schema is a JSON schema, or a part of one.
type schema map[string]any

// with returns the schema with one keyword more.
func (s schema) with(keyword string, is any) schema {
	s = maps.Clone(s)
	s[keyword] = is
	return s
}

// objectSchema returns the schema of a mapping with known fields.
func objectSchema[T any](fields []field[T]) schema {
	properties, needed := schema{}, []string{}
	for i := range fields {
		properties[fields[i].name] = fields[i].schema
		if fields[i].required {
			needed = append(needed, fields[i].name)
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(needed) > 0 {
		s["required"] = needed
	}
	return s
}

// requiring returns the value with one keyword more in its schema.
func (v value[V]) requiring(keyword string, is any) value[V] {
	v.schema = v.schema.with(keyword, is)
	return v
}

// eachOf returns schemas that each require one of these fields.
func eachOf(fields []string) (each []schema) {
	for _, name := range fields {
		each = append(each, schema{"required": []string{name}})
	}
	return each
}

// Schema returns the JSON schema of one document: a Configuration or an Exemptions. What
// is valid has the schema; the schema does not know all that is refused, such as dates
// that do not exist.
func Schema() []byte {
	text, err := json.MarshalIndent(schema{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"title":   "Configuration and exemptions of podscore, " + APIVersion,
		"oneOf":   []schema{configurationDocument.schema, exemptionsDocument.schema},
	}, "", "  ")
	if err != nil {
		panic(err) // it has constants only
	}
	return append(text, '\n')
}
