package input

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// always answers the same.
func always(code int, contentType, body string) answer {
	return func(_ *apiServer, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// rightBytes is the right answer at this moment, as far as there is one.
func rightBytes(s *apiServer, r *http.Request) []byte {
	resource := path.Base(r.URL.Path)
	if !isWatch(r) {
		return s.list(resource)
	}
	events, now := s.since(resource, 0)
	return append(events, bookmark(resource, now, true)...)
}

// relabelled answers rightly, but for the headers; or with a part of the bytes.
func relabelled(contentType string, part int, headers ...string) answer {
	return func(s *apiServer, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		message := rightBytes(s, r)
		_, _ = w.Write(message[:len(message)/max(1, part)])
	}
}

// bytesOf answers every watch with these bytes, and a list with half of one.
func bytesOf(message []byte) answer {
	return func(s *apiServer, w http.ResponseWriter, r *http.Request) {
		if !isWatch(r) {
			relabelled(lists, 2)(s, w, r)
			return
		}
		w.Header().Set("Content-Type", watches)
		_, _ = w.Write(message)
	}
}

// framesOf answers with a frame that says to be so long, and a list of a
// message of which some field does.
func framesOf(length uint32) answer {
	return func(_ *apiServer, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", lists)
		begin, size := append([]byte("k8s\x00"), 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f), 4
		if isWatch(r) {
			w.Header().Set("Content-Type", watches)
			size = 64 // more than the 16 MiB that client-go takes
			begin = []byte{byte(length >> 24), byte(length >> 16), byte(length >> 8), byte(length)}
		}
		_, _ = w.Write(begin)
		for zeros, sent := make([]byte, 1<<20), 0; sent < size && r.Context().Err() == nil; sent++ {
			if _, err := w.Write(zeros); err != nil {
				return
			}
		}
	}
}

func redirect(_ *apiServer, w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.String(), http.StatusFound)
}

func tooMany(_ *apiServer, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "0")
	w.WriteHeader(http.StatusTooManyRequests)
}

// anotherKind answers with ConfigMaps.
func anotherKind(_ *apiServer, w http.ResponseWriter, r *http.Request) {
	other := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "settings", ResourceVersion: "1"},
	}
	if isWatch(r) {
		bytesOf(event(watch.Added, encode(other)))(nil, w, r)
		return
	}
	w.Header().Set("Content-Type", lists)
	_, _ = w.Write(encode(&corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMapList"}, Items: []corev1.ConfigMap{*other}}))
}

// bookmarks answers a watch with bookmarks of which none ends the initial
// events, a thousand a second, and a list with an error.
func bookmarks(_ *apiServer, w http.ResponseWriter, r *http.Request) {
	if !isWatch(r) {
		always(http.StatusInternalServerError, "text/plain", "no lists")(nil, w, r)
		return
	}
	w.Header().Set("Content-Type", watches)
	for r.Context().Err() == nil {
		if _, err := w.Write(bookmark(path.Base(r.URL.Path), from(r), false)); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		time.Sleep(time.Millisecond)
	}
}

// from is the resource version from which a watch is asked for.
func from(r *http.Request) int {
	version, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	return version
}

func hang(_ *apiServer, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// hangHalfway answers half of a watch or half of a list; the other is refused.
func hangHalfway(watches bool) answer {
	return func(s *apiServer, w http.ResponseWriter, r *http.Request) {
		if isWatch(r) != watches {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		relabelled(lists, 2)(s, w, r)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// watchesEnd answers lists rightly, and watches end at once.
func watchesEnd(afterBookmark bool) answer {
	return func(s *apiServer, w http.ResponseWriter, r *http.Request) {
		if !isWatch(r) {
			right(s, w, r)
			return
		}
		w.Header().Set("Content-Type", watches)
		if afterBookmark {
			_, _ = w.Write(bookmark(path.Base(r.URL.Path), from(r), false))
		}
	}
}

// noVersions answers rightly, but that every resource version is a word.
func noVersions(s *apiServer, w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	for _, change := range s.happened {
		change.object.(metav1.Object).SetResourceVersion("yesterday")
	}
	now := strconv.Itoa(len(s.happened))
	s.mu.Unlock()
	message := rightBytes(s, r)
	if isWatch(r) {
		w.Header().Set("Content-Type", watches)
	} else {
		w.Header().Set("Content-Type", lists)
		message = bytes.Replace(message, []byte("\x12\x01"+now), []byte("\x12\x01x"), 1)
	}
	_, _ = w.Write(message)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}
