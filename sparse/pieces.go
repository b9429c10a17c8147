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

// LargestObject is how many bytes one object of a list may have, and as much all
// that is no object: as client-go has it with the events of a watch. etcd takes
// 1.5 MiB, unless it is told to take more.
const LargestObject = 16 << 20

var (
	errTooLarge = fmt.Errorf("more than %d bytes in one piece", LargestObject)
	errNoList   = errors.New("not a list as the API server writes it")
)

// envelope begins every message of the API in protobuf:
// https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/runtime/serializer/protobuf/protobuf.go
const envelope = "k8s\x00"

// The numbers of the two fields that are looked into, of runtime.Unknown and of any list.
const (
	rawField   protowire.Number = 2
	itemsField protowire.Number = 2
)

// ReadList reads a list in protobuf, in the API's envelope, and gives each of its
// objects to take, which must keep nothing of it. It returns the same list
// without objects, which is small. However long the list is, and however it is
// damaged, one object at a time is held and no more than was read of it.
func ReadList(list io.Reader, take func(object []byte) error) (rest []byte, err error) {
	r := &pieces{in: bufio.NewReader(list), left: math.MaxInt64, outermost: true, take: take}
	begin := make([]byte, len(envelope))
	if _, err := io.ReadFull(r.in, begin); err != nil || string(begin) != envelope {
		return nil, errors.Join(errNoList, err)
	}
	raws := 0
	rest, err = r.message(rawField, func(length int64) ([]byte, error) {
		if raws++; raws > 1 { // which would mean the last of them
			return nil, errNoList
		}
		outer := r.left
		r.left, r.outermost = length, false
		inner, err := r.message(itemsField, func(length int64) ([]byte, error) { return nil, r.object(length) })
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
	left int64 // bytes of the message that is read
	// outermost is true for the message that ends where the stream does.
	outermost bool
	take      func([]byte) error
	held      bytes.Buffer // the object that is read
	rest      int          // bytes that are returned
}

// ReadByte implements io.ByteReader. It is io.EOF at the end of a message.
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

// message reads a message and returns its fields as they are, but one, that is
// given to inside with its length.
func (r *pieces) message(number protowire.Number, inside func(length int64) ([]byte, error)) (fields []byte, err error) {
	for {
		tag, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) && (r.left == 0 || r.outermost) {
			return fields, nil
		}
		if err != nil {
			return nil, unfinished(err)
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
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), value), unfinished(err)
}

func (r *pieces) bytes(field protowire.Number, wanted bool, inside func(int64) ([]byte, error)) ([]byte, error) {
	length, err := binary.ReadUvarint(r)
	switch {
	case err != nil:
		return nil, unfinished(err)
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
	return r.take(r.held.Bytes())
}

// hold reads bytes. Memory is taken as they come, not as they are announced.
func (r *pieces) hold(length int64) error {
	if length > LargestObject {
		return errTooLarge
	}
	r.held.Reset()
	n, err := io.CopyN(&r.held, r.in, length)
	r.left -= n
	return unfinished(err)
}

// unfinished is the error of a message that ends too early.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
