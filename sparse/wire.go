package sparse

import (
	"fmt"
	"slices"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// fields steps through the fields of a protobuf message without copying:
//
//	for f := fieldsOf(message); f.next(); { switch f.number { ... } }
//
// Once something is wrong, next returns false and err says what. Fields that
// nobody asks for are skipped by their length, whatever is in them.
type fields struct {
	rest   []byte
	number protowire.Number
	kind   protowire.Type
	value  []byte // where kind is BytesType
	varint uint64 // where kind is VarintType
	err    error
}

func fieldsOf(message []byte) fields { return fields{rest: message} }

// next moves to the next field, and tells whether there is one.
func (f *fields) next() bool {
	if f.err != nil || len(f.rest) == 0 {
		return false
	}
	var n int
	if f.number, f.kind, n = protowire.ConsumeTag(f.rest); !f.consume(n) {
		return false
	}
	switch f.kind {
	case protowire.BytesType:
		f.value, n = protowire.ConsumeBytes(f.rest)
	case protowire.VarintType:
		f.varint, n = protowire.ConsumeVarint(f.rest)
	default:
		n = protowire.ConsumeFieldValue(f.number, f.kind, f.rest)
	}
	return f.consume(n)
}

// consume takes n bytes off; a negative n is protowire's way to tell of an error.
func (f *fields) consume(n int) bool {
	if n < 0 {
		f.err = protowire.ParseError(n)
		return false
	}
	f.rest = f.rest[n:]
	return true
}

// bytes returns the field as a string or a message.
func (f *fields) bytes() []byte {
	f.expect(protowire.BytesType)
	return f.value
}

// bool returns the field as a boolean.
func (f *fields) bool() bool {
	f.expect(protowire.VarintType)
	return f.varint != 0
}

// int returns the field as an integer.
func (f *fields) int() int64 {
	f.expect(protowire.VarintType)
	return int64(f.varint)
}

func (f *fields) expect(kind protowire.Type) {
	if f.kind != kind {
		f.fail(fmt.Errorf("field %d has wire type %d, expected %d", f.number, f.kind, kind))
		f.value, f.varint = nil, 0
	}
}

// fail ends the walk with an error; nil changes nothing.
func (f *fields) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// entry returns the key and the value of a field that is an entry of a map.
func (f *fields) entry() (key, value []byte) {
	entry := fieldsOf(f.bytes())
	for entry.next() {
		switch entry.number {
		case 1:
			key = entry.bytes()
		case 2:
			value = entry.bytes()
		}
	}
	f.fail(entry.err)
	return key, value
}

// text returns bytes of a message as a string, without copying them: it must not
// be kept for longer than the message is.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// merge returns a message that came in two parts: protobuf has them mean the
// same as one after the other. Before the first part, before is nil.
func merge(before, more []byte) []byte {
	if before == nil {
		return more
	}
	return slices.Concat(before, more)
}
