package sparse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// ReadJSONList is ReadList for a list in JSON.
func ReadJSONList(list io.Reader, take func(object []byte) error) (rest []byte, err error) {
	r := &jsonPieces{bounded: &bounded{in: list, left: LargestObject}, take: take}
	r.decoder = json.NewDecoder(r.bounded)
	if err := r.delimiter('{'); err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	for r.decoder.More() {
		name, err := r.decoder.Token()
		if err != nil {
			return nil, unfinished(err)
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
	decoder *json.Decoder
	take    func([]byte) error
	seen    bool // whether there were items
	rest    int  // bytes that are returned
}

// field adds a field that is not the items. Of two of one name, decoders make what they will.
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

// items gives the objects of an array to take, if it is one.
func (r *jsonPieces) items() error {
	if r.seen { // which would mean the last of them
		return errNoList
	}
	r.seen = true
	switch begin, err := r.decoder.Token(); {
	case err != nil:
		return unfinished(err)
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
			object = []byte("{}") // as in any decoding
		}
		if err := r.take(object); err != nil {
			return err
		}
	}
	return r.delimiter(']')
}

// next reads a value.
func (r *jsonPieces) next() (value json.RawMessage, err error) {
	r.left = LargestObject
	return value, unfinished(r.decoder.Decode(&value))
}

func (r *jsonPieces) delimiter(want json.Delim) error {
	got, err := r.decoder.Token()
	if err == nil && got != want {
		return errNoList
	}
	return unfinished(err)
}

// bounded is a reader that gives so much and then an error.
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
