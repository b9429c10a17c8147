package manifests

import (
	"cmp"
	"io"
	"iter"
	"runtime"
)

// Reader reads manifests.
type Reader struct {
	// Namespace is that of objects that name none; "" for "default".
	Namespace string
	// Recursive is true if the directories in a directory are read too.
	Recursive bool
	// MayBeEmpty is true if a directory without manifests is no mistake.
	MayBeEmpty bool
	// Kinds are kinds that have pods, beside those that are known.
	Kinds []Kind
	// Stdin is read for the path Stdin.
	Stdin io.Reader
}

func (r *Reader) namespace() string { return cmp.Or(r.Namespace, "default") }

// Read yields the documents of files, of the files in directories, and of standard input,
// in their order. What cannot be read is in the errors of a document. It parses several
// documents at once, and holds no more than that.
func (r *Reader) Read(paths ...string) iter.Seq[Document] {
	return inOrder(func(yield func(chunk) bool) {
		r.sources(paths, func(s source) bool { return r.chunks(s, yield) })
	}, runtime.GOMAXPROCS(0), r.parse)
}

// chunks yields the chunks of a source. It returns false if yield did.
func (r *Reader) chunks(s source, yield func(chunk) bool) bool {
	if s.err != nil {
		return yield(chunk{file: s.name, err: s.err})
	}
	file, err := s.open()
	if err != nil {
		return yield(chunk{file: s.name, err: reason(err)})
	}
	defer file.Close()
	return split(s.name, file, yield)
}

// inOrder yields do(x) for every x, in order. As many calls of do as there are workers, and
// one more, run at once.
func inOrder[In, Out any](all iter.Seq[In], workers int, do func(In) Out) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		stop := make(chan struct{})
		defer close(stop)
		results := make(chan chan Out, workers)
		go func() {
			defer close(results)
			for x := range all {
				result := make(chan Out, 1)
				select {
				case results <- result:
				case <-stop:
					return
				}
				go func() { result <- do(x) }()
			}
		}()
		for result := range results {
			if !yield(<-result) {
				return
			}
		}
	}
}
