package sparse

import "sigs.k8s.io/json"

// readJSON reads an object from JSON by way of the API's own type, which is slow. No
// API server of today sends JSON to a client that asks for protobuf.
func readJSON(data []byte, whole interface{ Marshal() ([]byte, error) }, read interface {
	Reset()
	Unmarshal([]byte) error
},
) error {
	if err := json.UnmarshalCaseSensitivePreserveInts(data, whole); err != nil {
		return err
	}
	message, err := whole.Marshal()
	if err != nil {
		return err
	}
	read.Reset()
	return read.Unmarshal(message)
}
