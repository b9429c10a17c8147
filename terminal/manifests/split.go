package manifests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxDocument is how large a document may be, in bytes. An object is far smaller; a List
// of a thousand pods is not.
const maxDocument = 16 << 20

// chunk is the text of a document, or of a few where YAML has line breaks that are none
// to others.
type chunk struct {
	file  string
	index int // of the document in its file, from 1
	line  int // of the text's first line in the file, from 1
	text  []byte
	err   error // why there is no text
}

// splitter divides a stream into chunks. It holds one at a time.
type splitter struct {
	yield   func(chunk) bool
	next    chunk
	begun   bool // the next chunk has more than comments, directives and empty lines
	tooLong bool
	stopped bool // yield said so
}

// split yields the chunks of a stream. It returns false if yield did.
func split(file string, in io.Reader, yield func(chunk) bool) bool {
	s := &splitter{yield: yield, next: chunk{file: file, index: 1, line: 1}}
	lines, line := bufio.NewReaderSize(in, 64<<10), 1
	for whole := true; !s.stopped; {
		part, err := lines.ReadSlice('\n')
		if whole {
			part = s.startLine(part, line)
		}
		s.add(part)
		whole = err == nil
		if whole {
			line++
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			s.end(line)
			if !errors.Is(err, io.EOF) {
				s.give(chunk{file: file, err: fmt.Errorf("it cannot be read to its end: %w", reason(err))})
			}
			break
		}
	}
	return !s.stopped
}

// startLine ends the chunk before a line that starts a document, and behind one that ends
// it. YAML allows no line of a document's content to look like these. It returns the line.
func (s *splitter) startLine(part []byte, line int) []byte {
	if line == 1 {
		part = bytes.TrimPrefix(part, []byte("\ufeff"))
	}
	if isMarker(part, "...") {
		s.end(line + 1)
		return nil
	}
	marker := isMarker(part, "---")
	if marker && s.begun {
		s.end(line)
	}
	s.begun = s.begun || marker || !isPreamble(part)
	return part
}

// isMarker reports whether a line consists of a marker, or begins with it and a space.
func isMarker(line []byte, marker string) bool {
	return bytes.HasPrefix(line, []byte(marker)) && (len(line) == len(marker) || bytes.IndexByte([]byte(" \t\r\n"), line[len(marker)]) >= 0)
}

// isPreamble reports whether a line may stand before the marker that starts a document.
func isPreamble(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#' || line[0] == '%'
}

func (s *splitter) add(part []byte) {
	if s.tooLong = s.tooLong || len(s.next.text)+len(part) > maxDocument; !s.tooLong {
		s.next.text = append(s.next.text, part...)
	}
}

// end gives the chunk away, and starts the next one with this line.
func (s *splitter) end(line int) {
	done := s.next
	switch {
	case s.tooLong:
		done.text, done.err = nil, fmt.Errorf("the document has more than %d MiB: divide it", maxDocument>>20)
		s.give(done)
	case s.begun:
		s.giveObjects(done)
	}
	s.next = chunk{file: done.file, index: s.next.index, line: line}
	s.begun, s.tooLong = false, false
}

func (s *splitter) give(c chunk) {
	s.next.index++
	s.stopped = s.stopped || !s.yield(c)
}

// giveObjects gives a chunk away; objects of JSON that follow each other, one by one.
func (s *splitter) giveObjects(c chunk) {
	ends := objects(c.text)
	if len(ends) < 2 {
		s.give(c)
		return
	}
	start := 0
	for _, end := range ends {
		object := c.text[start:end]
		s.give(chunk{file: c.file, index: s.next.index, line: c.line, text: object})
		c.line += bytes.Count(object, []byte("\n"))
		start = end
	}
}

// objects returns where the objects of JSON end of which a text consists; none if it
// consists of anything else.
func objects(text []byte) (ends []int) {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var object json.RawMessage
		switch err := decoder.Decode(&object); {
		case errors.Is(err, io.EOF):
			return ends
		case err != nil:
			return nil
		}
		ends = append(ends, int(decoder.InputOffset()))
	}
}
