package configuration

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// source is where a file is, and whose it is.
type source struct {
	path string
	team bool // it is a team's, so that only Exemptions may stand in it
}

// compare orders files by who takes names first: those of teams come last, and no team
// takes a name from whoever administers podscore.
func (s source) compare(other source) int {
	return cmp.Or(s.compareOwner(other), cmp.Compare(s.path, other.path))
}

func (s source) compareOwner(other source) int {
	switch {
	case s.team == other.team:
		return 0
	case s.team:
		return 1
	}
	return -1
}

// file is a file as it was read, or why it could not be.
type file struct {
	source
	text []byte // at most four bytes more than a file may have
	sum  [sha256.Size]byte
	err  error
}

// readFiles reads the files of paths, and of those of teams, in their order, beside those
// that were read elsewhere. What is among both is a team's.
func readFiles(paths, teams []string, others []File) []file {
	found := map[string]file{}
	for _, f := range others {
		text := f.Text[:min(len(f.Text), MaxFileSize+4)]
		found[f.Path] = file{source: source{f.Path, f.Team}, text: text, sum: sha256.Sum256(text)}
	}
	for _, path := range teams {
		readPath(found, source{path, true})
	}
	for _, path := range paths {
		readPath(found, source{path, false})
	}
	return slices.SortedFunc(maps.Values(found), func(a, b file) int { return a.compare(b.source) })
}

// readPath reads a file, or the files of a directory, unless they were found before.
func readPath(found map[string]file, given source) {
	path := filepath.Clean(given.path)
	files := []file{}
	if isDirectory(path) {
		files = readDirectory(path)
	} else {
		files = append(files, readFile(path, path))
	}
	for _, f := range files {
		if _, known := found[f.path]; !known {
			f.team = given.team
			found[f.path] = f
		}
	}
}

// readFile reads the file with a path from where it is at.
func readFile(path, at string) file {
	text, err := readText(at)
	return file{source: source{path: path}, text: text, sum: sha256.Sum256(text), err: err}
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// readText returns what a file has, but not much more than it may have. A pipe would have
// the reader wait, so it is refused.
func readText(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is neither a file nor a directory")
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	text := bytes.NewBuffer(make([]byte, 0, min(info.Size(), MaxFileSize)+bytes.MinRead))
	_, err = text.ReadFrom(io.LimitReader(opened, MaxFileSize+4)) // 3 for a byte order mark
	return text.Bytes(), err
}

// content returns what the file says.
func (f file) content() content {
	if f.err == nil {
		return parse(f.source, f.text)
	}
	message := f.err.Error()
	if reason := new(fs.PathError); errors.As(f.err, &reason) {
		message = reason.Err.Error()
	}
	return content{source: f.source, governs: !f.team, errors: Errors{{Place{Path: f.path}, fmt.Sprintf("it cannot be read: %s", message)}}}
}
