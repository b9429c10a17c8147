package sparse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// ReadJSONList does what [ReadList] does for a list in JSON.
func ReadJSONList(list io.Reader, each func(object []byte) error) (rest []byte, err error) {
	r := &jsonPieces{bounded: &bounded{in: list, left: LargestObject}, each: each}
	r.decoder = json.NewDecoder(r.bounded)
	if err := r.delimiter('{'); err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	for r.decoder.More() {
		name, err := r.decoder.Token()
		if err != nil {
			return nil, asUnexpectedEOF(err)
		}
		if name == "items" {
			err = r.items()
		} else {
			err = r.field(name.(string), fields)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.delimiter('}'); err != nil {
		return nil, err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errNoList, err)
	}
	return json.Marshal(fields)
}

type jsonPieces struct {
	*bounded
	decoder  *json.Decoder
	each     func([]byte) error
	hasItems bool // whether the field items was read
	rest     int  // bytes that are not objects
}

// field reads a field that is not items. Two of the same name are an error, because
// decoders differ in what they make of them.
func (r *jsonPieces) field(name string, fields map[string]json.RawMessage) error {
	value, err := r.next()
	if _, twice := fields[name]; twice && err == nil {
		return errNoList
	}
	fields[name] = value
	if r.rest += len(name) + len(value); r.rest > LargestObject && err == nil {
		return errTooLarge
	}
	return err
}

// items calls each with the objects of the field items.
func (r *jsonPieces) items() error {
	if r.hasItems { // of several, decoders use the last; the first was read already
		return errNoList
	}
	r.hasItems = true
	switch begin, err := r.decoder.Token(); {
	case err != nil:
		return asUnexpectedEOF(err)
	case begin == nil: // null
		return nil
	case begin != json.Delim('['):
		return errNoList
	}
	for r.decoder.More() {
		object, err := r.next()
		if err != nil {
			return err
		}
		if bytes.Equal(object, []byte("null")) {
			object = []byte("{}") // other decoders read null as an empty object too
		}
		if err := r.each(object); err != nil {
			return err
		}
	}
	return r.delimiter(']')
}

// next reads the next value, of at most LargestObject bytes.
func (r *jsonPieces) next() (value json.RawMessage, err error) {
	r.left = LargestObject
	return value, asUnexpectedEOF(r.decoder.Decode(&value))
}

func (r *jsonPieces) delimiter(want json.Delim) error {
	got, err := r.decoder.Token()
	if err == nil && got != want {
		return errNoList
	}
	return asUnexpectedEOF(err)
}

// bounded is a reader that returns errTooLarge once left bytes were read.
type bounded struct {
	in   io.Reader
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
