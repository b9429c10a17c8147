package chaos

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// stream passes on a watch event by event.
type stream struct {
	proxy   *Proxy
	w       http.ResponseWriter
	to      *http.ResponseController
	request *http.Request
	began   time.Time

	cutIn Disturbance // the last disturbance that cuts the stream
	left  int         // bytes until the cut
}

// event is the bytes of one event of a watch, and when it was received.
type event struct {
	frame []byte
	came  time.Time
}

// pass passes on the events until the watch ends or is cut.
func (s *stream) pass(answer *http.Response) error {
	if err := s.to.Flush(); err != nil {
		return err
	}
	read := readFrame
	if !strings.Contains(answer.Header.Get("Content-Type"), "protobuf") {
		read = readLine
	}
	// Buffer the events, so that a delay here does not block the API server.
	events := make(chan event, 1<<16)
	ended := make(chan error, 1)
	go func() {
		defer close(events)
		from := bufio.NewReaderSize(answer.Body, 64<<10)
		for {
			frame, err := read(from)
			if err != nil {
				ended <- err
				return
			}
			select {
			case events <- event{frame, time.Now()}:
			case <-s.request.Context().Done():
				return
			}
		}
	}()
	for e := range events {
		if done, err := s.send(e); done || err != nil {
			return err
		}
	}
	select {
	case err := <-ended:
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	case <-s.request.Context().Done():
		return s.request.Context().Err()
	}
}

// send sends an event as the disturbance says. It returns done if the stream has to end.
func (s *stream) send(e event) (done bool, err error) {
	disturbance, changed := s.proxy.disturbanceFor(s.request)
	for {
		wait := time.Until(e.came.Add(disturbance.Lag))
		if wait <= 0 && !disturbance.Stalled {
			break
		}
		var late <-chan time.Time
		if !disturbance.Stalled {
			late = time.After(wait)
		}
		select {
		case <-late:
		case <-changed:
			disturbance, changed = s.proxy.disturbanceFor(s.request)
		case <-s.request.Context().Done():
			return true, s.request.Context().Err()
		}
	}
	if disturbance.Endless && isStreamedList(s.request) && endsList(e.frame) {
		return false, nil
	}
	if s.proxy.isStranded(s.began) {
		<-s.request.Context().Done()
		return true, s.request.Context().Err()
	}
	for range 1 + disturbance.Repeats {
		if disturbance.Cuts != nil && s.cuts(disturbance, len(e.frame)) {
			_, _ = s.w.Write(e.frame[:s.left])
			_ = s.to.Flush()
			return true, s.end(disturbance)
		}
		if _, err := s.w.Write(e.frame); err != nil {
			return true, err
		}
	}
	return false, s.to.Flush()
}

// endsList reports whether an event is the bookmark at the end of a streamed list.
func endsList(frame []byte) bool {
	return bytes.Contains(frame, []byte("BOOKMARK")) && bytes.Contains(frame, []byte(metav1.InitialEventsAnnotationKey))
}

// cuts reports whether the stream is to be cut within this number of next bytes; then
// left is where.
func (s *stream) cuts(disturbance Disturbance, next int) bool {
	if s.cutIn.Cuts != disturbance.Cuts {
		s.proxy.mu.Lock()
		s.cutIn, s.left = disturbance, disturbance.Cuts.IntN(6000)
		s.proxy.mu.Unlock()
	}
	if s.left < next {
		return true
	}
	s.left -= next
	return false
}

// end ends a stream in one of three ways: as if it were complete, with an error of the
// stream alone, or with the connection.
func (s *stream) end(disturbance Disturbance) error {
	s.proxy.mu.Lock()
	how := disturbance.Cuts.IntN(3)
	s.proxy.mu.Unlock()
	switch how {
	case 0:
		return nil
	case 1:
		panic(http.ErrAbortHandler)
	}
	return errors.New("cut")
}

// readFrame reads an event in protobuf, with the four bytes of its length before it.
func readFrame(from *bufio.Reader) ([]byte, error) {
	header, err := from.Peek(4)
	if err != nil {
		return nil, err
	}
	frame := make([]byte, 4+binary.BigEndian.Uint32(header))
	_, err = io.ReadFull(from, frame)
	return frame, err
}

// readLine reads an event in JSON.
func readLine(from *bufio.Reader) ([]byte, error) { return from.ReadBytes('\n') }
