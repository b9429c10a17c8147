// Package sparse reads from the bytes of a pod that the API server sends only what
// podscore needs: the identity of the pod, its workload, and the results of the
// checks. It skips everything else and never holds it.
//
// A pod of 6 KB takes 20 KB as a corev1.Pod and some hundred allocations. Read
// sparsely it takes two allocations and 150 bytes, because pods are similar. Equal
// security contexts are decoded and scored once, when the first of them is read, and
// pods share the results, and the names of namespaces and workloads. Results have the
// names and images of containers that fail, and are shared where these are equal too.
// What is shared is garbage-collected after the last pod that uses it.
//
// client-go's decoders accept any registered type that unmarshals itself. So the
// types here replace corev1.Pod and corev1.PodList in a scheme of their own (see
// AddToScheme), and reflectors work with them unchanged.
package sparse
