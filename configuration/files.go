package configuration

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is a file as it was read, or why it could not be.
type file struct {
	path string
	text []byte // at most one byte more than a file may have
	sum  [sha256.Size]byte
	err  error
	// named is true if the path was given as such, and false if a directory has it.
	named bool
}

// readFiles reads the files of paths, in the order of their names. A path is a file, or a
// directory, of which the files *.yaml and *.yml are read that do not begin with a dot.
// Directories in it are not: a mounted ConfigMap has its old data in one.
func readFiles(paths []string) []file {
	found := map[string]file{}
	for _, path := range paths {
		path = filepath.Clean(path)
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			found[path] = readFile(path, true)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			found[path] = file{path: path, err: err, named: true}
		}
		for _, entry := range entries {
			inside := filepath.Join(path, entry.Name())
			if _, known := found[inside]; !known && isOurs(entry.Name()) && !isDirectory(inside) {
				found[inside] = readFile(inside, false)
			}
		}
	}
	var files []file
	for _, f := range found {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files
}

func isOurs(name string) bool {
	extension := filepath.Ext(name)
	return !strings.HasPrefix(name, ".") && (extension == ".yaml" || extension == ".yml")
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func readFile(path string, named bool) file {
	text, err := readText(path)
	return file{path, text, sha256.Sum256(text), err, named}
}

// readText returns what a file has, but not much more than it may have. A pipe would have
// the reader wait, so it is refused.
func readText(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no file: --config takes files and directories")
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, MaxFileSize+4)) // 3 for a byte order mark
}

// content returns what the file says.
func (f file) content() content {
	if f.err == nil {
		return parse(f.path, f.text)
	}
	message := f.err.Error()
	if reason := new(fs.PathError); errors.As(f.err, &reason) {
		message = reason.Err.Error()
	}
	return content{path: f.path, governs: f.named, errors: Errors{{Place{Path: f.path}, fmt.Sprintf("it cannot be read: %s", message)}}}
}
