package configuration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dataLink is a link in every directory that the kubelet keeps, as of a ConfigMap. It
// leads to a directory with one revision of all files, and is renamed over for the next.
const dataLink = "..data"

// mostFiles is how many files of a directory are read. A ConfigMap can have tens of thousands
// that are empty, and each is looked at every few seconds.
const mostFiles = 1000

// readDirectory reads the files *.yaml and *.yml of a directory that do not begin with a
// dot. Directories in it are not read. Where the kubelet keeps it, all files are of one
// revision.
func readDirectory(path string) []file {
	for range 10 {
		data, _ := os.Readlink(filepath.Join(path, dataLink))
		files := readFilesIn(path, data)
		if still, _ := os.Readlink(filepath.Join(path, dataLink)); still == data {
			return files
		}
	}
	return []file{{source: source{path: path}, err: errors.New("it changes all the time")}}
}

// readFilesIn reads the files of a directory from where data leads, or from the directory
// itself if data is "". The link of each file would lead to another revision meanwhile.
func readFilesIn(path, data string) (files []file) {
	from := path
	if data != "" && filepath.IsLocal(data) {
		from = filepath.Join(path, data)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return []file{{source: source{path: path}, err: err}}
	}
	entries = slices.DeleteFunc(entries, func(entry os.DirEntry) bool { return !IsRead(entry.Name()) })
	if len(entries) > mostFiles {
		return []file{{source: source{path: path}, err: fmt.Errorf("it has %d files, and at most %d are read: put several exemptions into one", len(entries), mostFiles)}}
	}
	for _, entry := range entries {
		if at := filepath.Join(from, entry.Name()); !isDirectory(at) {
			files = append(files, readFile(filepath.Join(path, entry.Name()), at))
		}
	}
	return files
}

// IsRead reports whether a file of a directory is read, by its name.
func IsRead(name string) bool {
	extension := filepath.Ext(name)
	return !strings.HasPrefix(name, ".") && (extension == ".yaml" || extension == ".yml")
}
