package controllers

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/sparse"
)

// served returns a listerWatcher of pods that uses client-go's own client over Transport.
// left is called with the number of objects that the client decoded from a list.
func served(t *testing.T, handler http.HandlerFunc, left func(int)) *listerWatcher {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	types, err := NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	config := &rest.Config{Host: server.URL, APIPath: "/api", ContentConfig: rest.ContentConfig{
		GroupVersion: &corev1.SchemeGroupVersion, ContentType: runtime.ContentTypeProtobuf,
		NegotiatedSerializer: serializer.NewCodecFactory(types).WithoutConversion(),
	}}
	config.Wrap(Transport)
	client, err := rest.RESTClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	get := func(options *metav1.ListOptions) *rest.Request {
		return client.Get().Namespace("shop").Resource("pods").VersionedParams(options, runtime.NewParameterCodec(types))
	}
	return podsOf(t, &toolscache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			list := &sparse.PodList{}
			err := get(&options).Do(ctx).Into(list)
			left(len(list.Items))
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.Watch = true
			return get(&options).Watch(ctx)
		},
	}, time.Minute)
}

// TestListsAreReadInPieces: in every format, all pods of this shard are kept from a list,
// and client-go decodes none itself.
func TestListsAreReadInPieces(t *testing.T) {
	whole := &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, ListMeta: metav1.ListMeta{ResourceVersion: "9"}}
	for i := range 20 {
		whole.Items = append(whole.Items, corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: []string{"shop", "theirs"}[i%2], Name: fmt.Sprint("web-", i)}})
	}
	var message bytes.Buffer
	if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(whole, &message); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		contentType string
		body        []byte
		compressed  bool
	}{
		"protobuf":            {runtime.ContentTypeProtobuf, message.Bytes(), false},
		"compressed protobuf": {runtime.ContentTypeProtobuf, message.Bytes(), true},
		"JSON":                {runtime.ContentTypeJSON, text, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := served(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.contentType)
				if !c.compressed {
					_, _ = w.Write(c.body)
					return
				}
				w.Header().Set("Content-Encoding", "gzip")
				compressor := gzip.NewWriter(w)
				_, _ = compressor.Write(c.body)
				_ = compressor.Close()
			}, func(left int) {
				if left > 0 {
					t.Errorf("the client decoded %d objects", left)
				}
			})
			w.owns = func(namespace string) bool { return namespace == "shop" }
			list, err := w.list(t.Context(), metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := list.(*internalversion.List)
			if len(got.Items) != 10 || got.ResourceVersion != "9" {
				t.Errorf("%d pods at %s, want 10 at 9", len(got.Items), got.ResourceVersion)
			}
			for i, object := range got.Items {
				if pod := object.(*sparse.Pod); pod.GetName() != fmt.Sprint("web-", 2*i) || pod.GetNamespace() != "shop" {
					t.Errorf("pod %d is %s/%s", i, pod.GetNamespace(), pod.GetName())
				}
			}
			watches := w.watches.(*posture.Watches)
			if waiting := watches.Waiting(); len(waiting) != 1 || !strings.Contains(waiting[0], "pods in the namespace shop") {
				t.Errorf("the namespace of the list is not known: %q", waiting)
			}
		})
	}
}

// TestReadNamespace: in both formats, only the metadata that is used is kept.
func TestReadNamespace(t *testing.T) {
	whole := corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", UID: "1", ResourceVersion: "2", Annotations: map[string]string{"note": "x"}}}
	message, err := whole.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(&whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range [][]byte{message, text} {
		read, err := readNamespace(object, object[0] == '{')
		if err != nil {
			t.Fatal(err)
		}
		got := read.(*metav1.PartialObjectMetadata)
		if got.Name != "shop" || got.UID != "1" || got.ResourceVersion != "2" || got.Annotations != nil || got.Kind != "Namespace" {
			t.Errorf("kept %+v", got)
		}
	}
}

// TestEveryAttemptIsTold: a request without a response is sent once, and its error is
// recorded; client-go would send it eleven times, and treat the watch as ended.
func TestEveryAttemptIsTold(t *testing.T) {
	var asked atomic.Int32
	w := served(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close()
	}, func(int) {})
	for verb, request := range map[string]func() error{
		"list":  func() error { _, _, err := w.listPage(t.Context(), metav1.ListOptions{}); return err },
		"watch": func() error { _, err := w.open(t.Context(), metav1.ListOptions{}); return err },
	} {
		asked.Store(0)
		err := request()
		var unreachable *url.Error
		if !errors.As(err, &unreachable) || errors.Is(err, errUnanswered) || asked.Load() != 1 {
			t.Errorf("a %s without an answer was made %d times: %v", verb, asked.Load(), err)
		}
		if recorded := w.watches.(*posture.Watches).Err("pods", time.Now(), time.Hour); !errors.As(recorded, &unreachable) {
			t.Errorf("/readyz says %v", recorded)
		}
	}
}
