package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
)

// Client reads from an API server.
type Client struct {
	groups map[schema.GroupVersion]rest.Interface
}

// known has the kinds that are read: those of three groups, and not of all that there are,
// because every start of the program would have to pay for these.
var known = func() *runtime.Scheme {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme} {
		if err := add(known); err != nil {
			panic(err) // no two kinds are one
		}
	}
	return known
}()

// parameters encodes the options of a request.
var parameters = runtime.NewParameterCodec(known)

// New returns a client of the API server that a configuration leads to. It sends nothing yet.
func New(config *rest.Config) (*Client, error) {
	config = rest.CopyConfig(config)
	config.ContentType = runtime.ContentTypeProtobuf
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	config.NegotiatedSerializer = serializer.NewCodecFactory(known).WithoutConversion()
	config.QPS = -1 // requests come one after the other, and the server says when there are too many
	http, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	c := &Client{groups: map[schema.GroupVersion]rest.Interface{}}
	for _, group := range []schema.GroupVersion{corev1.SchemeGroupVersion, appsv1.SchemeGroupVersion, batchv1.SchemeGroupVersion} {
		of := *config
		of.GroupVersion, of.APIPath = &group, "/apis"
		if group.Group == corev1.GroupName {
			of.APIPath = "/api"
		}
		if c.groups[group], err = rest.RESTClientForConfigAndClient(&of, http); err != nil {
			return nil, err
		}
	}
	return c, nil
}
