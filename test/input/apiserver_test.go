package input

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// apiServer answers as an API server does, in protobuf, for pods and
// namespaces; or in whatever wrong way a test wants.
type apiServer struct {
	*httptest.Server

	mu       sync.Mutex
	happened []change // a change's place is its resource version
	wrong    answer   // nil for right answers
	phase    context.Context
	cut      context.CancelFunc // ends all answers of the phase
	requests int
}

// answer is one way to answer a request.
type answer func(s *apiServer, w http.ResponseWriter, r *http.Request)

// change is something that appeared; nothing here ever goes.
type change struct {
	resource string
	object   runtime.Object
}

const (
	lists   = "application/vnd.kubernetes.protobuf"
	watches = "application/vnd.kubernetes.protobuf;stream=watch"
)

var (
	encoder = protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
	framing = protobuf.NewRawSerializer(scheme.Scheme, scheme.Scheme)
)

// startAPIServer starts one that knows the pods and their namespaces.
func startAPIServer(t *testing.T, wrong answer, pods ...*corev1.Pod) *apiServer {
	t.Helper()
	s := &apiServer{wrong: wrong}
	s.phase, s.cut = context.WithCancel(t.Context())
	for _, name := range namespaces {
		s.add("namespaces", &metav1.PartialObjectMetadata{
			TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"},
			ObjectMeta: metav1.ObjectMeta{Name: name, UID: "1"},
		})
	}
	for _, pod := range pods {
		s.add("pods", pod)
	}
	s.Server = httptest.NewUnstartedServer(s)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(func() {
		s.cut()
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// kubeconfig writes a kubeconfig that reaches the server.
func (s *apiServer) kubeconfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"test": {Server: s.URL, InsecureSkipTLSVerify: true}},
		Contexts:       map[string]*clientcmdapi.Context{"test": {Cluster: "test"}},
		CurrentContext: "test",
	}, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// add has something appear.
func (s *apiServer) add(resource string, object interface {
	runtime.Object
	SetResourceVersion(string)
},
) {
	s.mu.Lock()
	defer s.mu.Unlock()
	object.SetResourceVersion(strconv.Itoa(len(s.happened) + 1))
	s.happened = append(s.happened, change{resource, object})
}

// become changes how the server answers from now on. What it is answering is
// cut off, unless it hangs.
func (s *apiServer) become(wrong answer, hang bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = wrong
	if !hang {
		s.cut()
	}
	s.phase, s.cut = context.WithCancel(context.Background())
}

// asked returns how many requests there were.
func (s *apiServer) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// ServeHTTP implements http.Handler.
func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	wrong, phase := s.wrong, s.phase
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(phase, cancel)()
	if wrong == nil {
		wrong = right
	}
	wrong(s, w, r.WithContext(ctx))
}

func isWatch(r *http.Request) bool { return r.URL.Query().Get("watch") != "" }

// right answers as it should be.
func right(s *apiServer, w http.ResponseWriter, r *http.Request) {
	if !isWatch(r) {
		w.Header().Set("Content-Type", lists)
		_, _ = w.Write(s.list(path.Base(r.URL.Path)))
		return
	}
	w.Header().Set("Content-Type", watches)
	resource, version := path.Base(r.URL.Path), 0
	if r.URL.Query().Get("sendInitialEvents") == "" {
		version, _ = strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	}
	first := true
	for r.Context().Err() == nil {
		events, now := s.since(resource, version)
		_, err := w.Write(append(events, bookmark(resource, now, first)...))
		if err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		version, first = now, false
		select {
		case <-r.Context().Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// list returns all of a resource as a list.
func (s *apiServer) list(resource string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	meta := metav1.ListMeta{ResourceVersion: strconv.Itoa(len(s.happened))}
	pods := &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, ListMeta: meta}
	others := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}, ListMeta: meta}
	for _, change := range s.happened {
		switch object := change.object.(type) {
		case *corev1.Pod:
			pods.Items = append(pods.Items, *object)
		case *metav1.PartialObjectMetadata:
			others.Items = append(others.Items, *object)
		}
	}
	if resource == "pods" {
		return encode(pods)
	}
	return encode(others)
}

// since returns what happened after a resource version, as events of a watch.
func (s *apiServer) since(resource string, version int) (events []byte, now int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, change := range s.happened[min(version, len(s.happened)):] {
		if change.resource == resource {
			events = append(events, event(watch.Added, encode(change.object))...)
		}
	}
	return events, len(s.happened)
}

// bookmark returns an event that tells how far a watch is, and whether that
// ends its initial events.
func bookmark(resource string, version int, ends bool) []byte {
	meta := metav1.ObjectMeta{ResourceVersion: strconv.Itoa(version)}
	if ends {
		meta.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	if resource == "pods" {
		return event(watch.Bookmark, encode(&corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: meta}))
	}
	return event(watch.Bookmark, encode(&metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}, ObjectMeta: meta,
	}))
}

func encode(object runtime.Object) []byte {
	var message bytes.Buffer
	if err := encoder.Encode(object, &message); err != nil {
		panic(err)
	}
	return message.Bytes()
}

// event returns a frame of a watch.
func event(kind watch.EventType, object []byte) []byte {
	var message, framed bytes.Buffer
	if err := framing.Encode(&metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: object}}, &message); err != nil {
		panic(err)
	}
	if _, err := protobuf.LengthDelimitedFramer.NewFrameWriter(&framed).Write(message.Bytes()); err != nil {
		panic(err)
	}
	return framed.Bytes()
}
