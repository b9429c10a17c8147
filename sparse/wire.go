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
// After an error, next returns false, and err is the first error. A field whose value
// is not requested is skipped by its length and not checked.
type fields struct {
	rest   []byte
	number protowire.Number
	kind   protowire.Type
	value  []byte // if kind is BytesType
	varint uint64 // if kind is VarintType
	err    error
}

func fieldsOf(message []byte) fields { return fields{rest: message} }

// next moves to the next field, and reports whether there is one.
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

// consume removes n bytes from rest, and reports whether it could. A negative n is an
// error code of protowire.
func (f *fields) consume(n int) bool {
	if n < 0 {
		f.err = protowire.ParseError(n)
		return false
	}
	f.rest = f.rest[n:]
	return true
}

// bytes returns the value of the current field, which has to be a string or a message.
// It is nil if the field has another type: then err is set.
func (f *fields) bytes() []byte {
	f.expect(protowire.BytesType)
	return f.value
}

// bool returns the value of the current field, which has to be a boolean.
func (f *fields) bool() bool {
	f.expect(protowire.VarintType)
	return f.varint != 0
}

// int returns the value of the current field, which has to be an integer.
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

// fail sets err, so that next returns false, unless it is set already.
func (f *fields) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// entry returns the key and the value of the current field, which has to be an entry of
// a map.
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

// text returns the bytes as a string without copying them. The string is valid only as
// long as the message is.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// merge returns the message that two parts of a repeated field stand for, which in
// protobuf is one after the other. before is nil if more is the first part.
func merge(before, more []byte) []byte {
	if before == nil {
		return more
	}
	return slices.Concat(before, more)
}
