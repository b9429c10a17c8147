package manifests

import (
	"encoding/json"
	"math"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// truths are words that are text in YAML 1.2, and truth values in YAML 1.1, which
// kubectl, Helm and the API server read.
var truths = map[string]bool{
	"y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
	"n": false, "N": false, "no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
}

// scalar returns what a scalar is to Kubernetes: nil, a bool, an int, int64 or uint64, a
// float64 or a string.
func (d *document) scalar(n *yaml.Node) (any, error) {
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp", "!!merge":
		if truth, is := truths[n.Value]; is && n.Style == 0 {
			return truth, nil
		}
		return n.Value, nil
	case "!!null", "!!bool", "!!int", "!!float", "!!binary":
		var is any
		if err := n.Decode(&is); err != nil {
			return nil, d.wrong(n, "%q is no %s", short(n.Value), tag)
		}
		if number, float := is.(float64); float && (math.IsNaN(number) || math.IsInf(number, 0)) {
			return nil, d.wrong(n, "%s is no number that JSON has", short(n.Value))
		}
		return is, nil
	}
	return n.Value, nil
}

// keyName returns the name of a field. A number or truth value is one as text.
func (d *document) keyName(key *yaml.Node) (string, error) {
	if key.Kind != yaml.ScalarNode {
		return "", d.wrong(key, "a field's name has to be text")
	}
	name, err := d.scalar(key)
	if err != nil {
		return "", err
	}
	switch is := name.(type) {
	case string:
		return is, nil
	case bool:
		return strconv.FormatBool(is), nil
	case int:
		return strconv.Itoa(is), nil
	case float64:
		if math.Abs(is) <= math.MaxFloat32 {
			return strconv.FormatFloat(is, 'g', -1, 32), nil // as sigs.k8s.io/yaml does
		}
	}
	return "", d.wrong(key, "a field's name has to be text")
}

// appendText appends a text as JSON.
func appendText(out []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, err := json.Marshal(text)
			if err != nil {
				panic(err) // any text can be told in JSON
			}
			return append(out, quoted...)
		}
	}
	return append(append(append(out, '"'), text...), '"')
}
