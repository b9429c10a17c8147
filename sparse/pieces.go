package sparse

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// LargestObject bounds the size of one object of a list, in bytes, and that of all the
// rest of the list together. client-go has the same bound for an event of a watch.
// etcd accepts 1.5 MiB per object, unless it is configured to accept more.
const LargestObject = 16 << 20

var (
	errTooLarge = fmt.Errorf("more than %d bytes in one piece", LargestObject)
	errNoList   = errors.New("not a list as the API server writes it")
)

// envelope is the prefix of every protobuf message of the API:
// https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/runtime/serializer/protobuf/protobuf.go
const envelope = "k8s\x00"

// rawField is the field raw of runtime.Unknown.
const rawField = 2

// ReadList reads a list in protobuf, in the API's envelope. It calls each with the
// bytes of every object, which are valid only during the call, and returns the list
// without its objects. It holds one object at a time, and allocates no more than was
// read, however long or damaged the list is.
func ReadList(list io.Reader, each func(object []byte) error) (rest []byte, err error) {
	r := &pieces{in: bufio.NewReader(list), left: math.MaxInt64, outermost: true, each: each}
	begin := make([]byte, len(envelope))
	if _, err := io.ReadFull(r.in, begin); err != nil || string(begin) != envelope {
		return nil, errors.Join(errNoList, err)
	}
	raws := 0
	rest, err = r.message(rawField, func(length int64) ([]byte, error) {
		if raws++; raws > 1 { // of several, protobuf uses the last; the first was read already
			return nil, errNoList
		}
		outer := r.left
		r.left, r.outermost = length, false
		inner, err := r.message(listItems, func(length int64) ([]byte, error) { return nil, r.object(length) })
		r.left, r.outermost = outer-length, true
		return protowire.AppendBytes(protowire.AppendTag(nil, rawField, protowire.BytesType), inner), err
	})
	if err == nil && raws == 0 {
		err = io.ErrUnexpectedEOF
	}
	return append(begin, rest...), err
}

// pieces reads a message field by field, from a stream.
type pieces struct {
	in   *bufio.Reader
	left int64 // bytes of the message that are not read yet
	// outermost is true while the message is read that ends where the stream ends.
	outermost bool
	each      func([]byte) error
	held      bytes.Buffer // the object or field that is read
	rest      int          // bytes that are not objects
}

// ReadByte implements io.ByteReader. It returns io.EOF at the end of the message.
func (r *pieces) ReadByte() (byte, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	b, err := r.in.ReadByte()
	if err == nil {
		r.left--
	}
	return b, err
}

// message reads a message and returns its fields as they are, except the field with
// this number: inside is called with its length, has to read it, and returns what
// replaces it.
func (r *pieces) message(number protowire.Number, inside func(length int64) ([]byte, error)) (fields []byte, err error) {
	for {
		tag, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) && (r.left == 0 || r.outermost) {
			return fields, nil
		}
		if err != nil {
			return nil, asUnexpectedEOF(err)
		}
		field, kind := protowire.DecodeTag(tag)
		var more []byte
		switch {
		case field < protowire.MinValidNumber || kind != protowire.BytesType && (kind != protowire.VarintType || field == number):
			return nil, errNoList
		case kind == protowire.VarintType:
			more, err = r.varint(field)
		default:
			more, err = r.bytes(field, field == number, inside)
		}
		if err != nil {
			return nil, err
		}
		if r.rest += len(more); r.rest > LargestObject {
			return nil, errTooLarge
		}
		fields = append(fields, more...)
	}
}

func (r *pieces) varint(field protowire.Number) ([]byte, error) {
	value, err := binary.ReadUvarint(r)
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), value), asUnexpectedEOF(err)
}

func (r *pieces) bytes(field protowire.Number, wanted bool, inside func(int64) ([]byte, error)) ([]byte, error) {
	length, err := binary.ReadUvarint(r)
	switch {
	case err != nil:
		return nil, asUnexpectedEOF(err)
	case length > uint64(r.left):
		return nil, io.ErrUnexpectedEOF
	case wanted:
		return inside(int64(length))
	}
	if err := r.hold(int64(length)); err != nil {
		return nil, err
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), r.held.Bytes()), nil
}

func (r *pieces) object(length int64) error {
	if err := r.hold(length); err != nil {
		return err
	}
	return r.each(r.held.Bytes())
}

// hold reads bytes into held. Memory is allocated as bytes arrive, because the length
// may be wrong.
func (r *pieces) hold(length int64) error {
	if length > LargestObject {
		return errTooLarge
	}
	r.held.Reset()
	n, err := io.CopyN(&r.held, r.in, length)
	r.left -= n
	return asUnexpectedEOF(err)
}

// asUnexpectedEOF returns err, with io.ErrUnexpectedEOF in place of io.EOF.
func asUnexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
