package manifests

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the path that stands for standard input, and StdinName its name in places.
const (
	Stdin     = "-"
	StdinName = "<stdin>"
)

// extensions are those of the files that are read of a directory, as kubectl does.
var extensions = []string{".yaml", ".yml", ".json"}

// source is a file that is to be read, or why there is none.
type source struct {
	name string // as it is told
	open func() (io.ReadCloser, error)
	err  error
}

// sources yields the files of paths. A path is a file, a directory, of which the files
// with one of the extensions are read, or Stdin.
func (r *Reader) sources(paths []string, yield func(source) bool) {
	for _, path := range paths {
		if path == Stdin {
			if !yield(source{name: StdinName, open: func() (io.ReadCloser, error) { return io.NopCloser(r.Stdin), nil }}) {
				return
			}
			continue
		}
		files, err := r.files(path)
		if err != nil && !yield(source{name: path, err: err}) {
			return
		}
		for _, file := range files {
			if !yield(source{name: file, open: func() (io.ReadCloser, error) { return os.Open(file) }}) {
				return
			}
		}
	}
}

// files returns the file that a path is, or those that a directory has, in lexical order.
func (r *Reader) files(path string) (files []string, err error) {
	info, err := os.Stat(path)
	switch {
	case strings.Contains(path, "://"):
		return nil, errors.New("URLs are not read: fetch it, and give the file or pipe it in with -f -")
	case err != nil:
		return nil, reason(err)
	case !info.IsDir():
		return []string{path}, nil
	}
	err = filepath.WalkDir(path, func(inside string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && inside != path && !r.Recursive:
			return fs.SkipDir
		case !entry.IsDir() && slices.Contains(extensions, filepath.Ext(inside)):
			files = append(files, inside)
		}
		return nil
	})
	switch {
	case err != nil:
		return files, reason(err)
	case len(files) > 0, r.MayBeEmpty:
		return files, nil
	case !r.Recursive:
		return nil, errors.New("the directory has no file *.yaml, *.yml or *.json: add -R to read the directories in it")
	}
	return nil, errors.New("the directory has no file *.yaml, *.yml or *.json")
}

// reason returns an error without the path, which is told apart from it.
func reason(err error) error {
	if of := new(fs.PathError); errors.As(err, &of) {
		return of.Err
	}
	return err
}
