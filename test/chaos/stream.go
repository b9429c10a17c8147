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

// stream passes a watch on, event by event.
type stream struct {
	proxy   *Proxy
	w       http.ResponseWriter
	to      *http.ResponseController
	request *http.Request
	began   time.Time

	shy  Weather // the last in which the stream was to be cut
	left int     // bytes until then
}

// event is what a watch tells at once, as bytes, and when it came.
type event struct {
	frame []byte
	came  time.Time
}

// pass passes on what comes, until it ends or is cut.
func (s *stream) pass(answer *http.Response) error {
	if err := s.to.Flush(); err != nil {
		return err
	}
	read := readFrame
	if !strings.Contains(answer.Header.Get("Content-Type"), "protobuf") {
		read = readLine
	}
	// What is held back here must not hold back the API server.
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
		if done, err := s.tell(e); done || err != nil {
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

// tell tells of an event as the weather has it. It is done where the stream is
// to end now.
func (s *stream) tell(e event) (done bool, err error) {
	weather, changed := s.proxy.at(s.request)
	for {
		wait := time.Until(e.came.Add(weather.Late))
		if wait <= 0 && !weather.Stalled {
			break
		}
		var late <-chan time.Time
		if !weather.Stalled {
			late = time.After(wait)
		}
		select {
		case <-late:
		case <-changed:
			weather, changed = s.proxy.at(s.request)
		case <-s.request.Context().Done():
			return true, s.request.Context().Err()
		}
	}
	if weather.Endless && isStreamedList(s.request) && endsList(e.frame) {
		return false, nil
	}
	if s.proxy.isStranded(s.began) {
		<-s.request.Context().Done()
		return true, s.request.Context().Err()
	}
	for range 1 + weather.Repeats {
		if weather.Cuts != nil && s.cuts(weather, len(e.frame)) {
			_, _ = s.w.Write(e.frame[:s.left])
			_ = s.to.Flush()
			return true, s.end(weather)
		}
		if _, err := s.w.Write(e.frame); err != nil {
			return true, err
		}
	}
	return false, s.to.Flush()
}

// endsList tells whether an event is what says that a streamed list is whole.
func endsList(frame []byte) bool {
	return bytes.Contains(frame, []byte("BOOKMARK")) && bytes.Contains(frame, []byte(metav1.InitialEventsAnnotationKey))
}

// cuts tells whether a stream ends within the next bytes; left is where.
func (s *stream) cuts(weather Weather, next int) bool {
	if s.shy.Cuts != weather.Cuts {
		s.proxy.mu.Lock()
		s.shy, s.left = weather, weather.Cuts.IntN(6000)
		s.proxy.mu.Unlock()
	}
	if s.left < next {
		return true
	}
	s.left -= next
	return false
}

// end ends a stream in one of three ways: as if it were whole, on a connection
// that goes on, or with the connection.
func (s *stream) end(weather Weather) error {
	s.proxy.mu.Lock()
	how := weather.Cuts.IntN(3)
	s.proxy.mu.Unlock()
	switch how {
	case 0:
		return nil
	case 1:
		panic(http.ErrAbortHandler)
	}
	return errors.New("cut")
}

// readFrame reads an event in protobuf: its length in four bytes comes first.
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
