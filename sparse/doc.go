// Package sparse reads of a pod, from the bytes that the API server sends,
// only what podscore needs: who the pod is, what it belongs to, and what the
// checks say of it. Everything else is skipped and never held.
//
// A whole pod of 6 KB takes 20 KB as a corev1.Pod and some hundred allocations.
// Read sparsely it takes two allocations and 150 bytes, because pods are alike:
// equal security contexts are decoded and scored once, as the first of them is read, and
// what the checks say is shared, and so are the names of namespaces and owners. What
// is shared goes with the last that needs it.
//
// client-go's decoders take any registered type that unmarshals itself, so the
// types stand in for corev1.Pod and corev1.PodList in a scheme of their own
// (see AddToScheme), and informers and caches work with them unchanged.
package sparse
