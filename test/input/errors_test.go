package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/watch"

	"github.com/podscore/podscore/test/harness"
)

// TestSecretsStayOutOfErrors: what podscore cannot read it does not quote.
func TestSecretsStayOutOfErrors(t *testing.T) {
	whole := secretPod("shop", "web-1")
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) []byte { return bytes.Replace(text, []byte(old), []byte(new), 1) }
	list := func(item []byte) string { return `{"kind":"PodList","apiVersion":"v1","items":[` + string(item) + `]}` }
	watched := func(object []byte) string { return `{"type":"ADDED","object":` + string(object) + `}` }
	message := encode(whole)
	for name, c := range map[string]struct{ contentType, list, watch string }{
		"no kind":               {"application/json", string(change(`"kind":"Pod",`, "")), watched(change(`"kind":"Pod",`, ""))},
		"no version":            {"application/json", string(change(`"apiVersion":"v1",`, "")), watched(change(`"apiVersion":"v1",`, ""))},
		"another kind":          {"application/json", string(change(`"kind":"Pod"`, `"kind":"Secret"`)), watched(change(`"kind":"Pod"`, `"kind":"Secret"`))},
		"JSON that is cut off":  {"application/json", list(text[:len(text)/2]), watched(text[:len(text)/2])},
		"a wrong type":          {"application/json", list(change(`"env":[`, `"env":"`+planted+`env",[`)), watched(change(`"value":"planted`, `"value":["planted`))},
		"a time that is none":   {"application/json", list(change(`"metadata":{`, `"metadata":{"creationTimestamp":"`+planted+`time",`)), watched(change(`"metadata":{`, `"metadata":{"creationTimestamp":"`+planted+`time",`))},
		"an unknown event":      {"application/json", string(text), `{"type":` + string(text) + `}`},
		"protobuf as JSON":      {"application/json", string(message), string(event(watch.Added, message))},
		"JSON as protobuf":      {lists, list(text), watched(text)},
		"protobuf that is cut":  {lists, string(message[:len(message)/2]), string(event(watch.Added, message[:len(message)/2]))},
		"protobuf without kind": {lists, string(message), string(event(watch.Added, append([]byte("k8s\x00\x0a\x00\x12"), message[5:]...)))},
		"a pod as an error":     {lists, string(message), string(event(watch.Error, message))},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			s := startAPIServer(t, func(_ *apiServer, w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.contentType)
				if isWatch(r) {
					fmt.Fprint(w, c.watch)
				} else {
					fmt.Fprint(w, c.list)
				}
			})
			p := harness.StartPodscore(t, binary, s.kubeconfig(t), "--log-level=debug")
			for s.asked() < 6 {
				time.Sleep(20 * time.Millisecond)
			}
			tellsNothing(t, p)
			s.become(nil, false)
			harness.Ready(t, p, healsWithin)
			s.become(func(_ *apiServer, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.contentType)
				fmt.Fprint(w, c.watch)
			}, false)
			for asked := s.asked(); s.asked() < asked+8; {
				time.Sleep(20 * time.Millisecond)
			}
			tellsNothing(t, p)
		})
	}
}
