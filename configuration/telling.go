package configuration

import (
	"fmt"
	"path/filepath"
	"slices"
)

// mostErrors is how many mistakes of one file are told, and of all files of one directory. A
// file of garbage can have a million, a team's ConfigMap a thousand such files, and each
// mistake is kept and logged.
const mostErrors = 1000

// telling has how many mistakes are told, by directory.
type telling map[string]int

// cut returns the mistakes of a file that are told, the first one at least, and whether there
// are more.
func (t telling) cut(path string, errors Errors) (told Errors, cut bool) {
	directory := filepath.Dir(path)
	left := max(1, mostErrors+1-t[directory]) // 1 more for the error that there are more in a file
	t[directory] += len(errors)
	if len(errors) <= left {
		return errors, false
	}
	more := Error{Place{Path: path}, fmt.Sprintf("more than %d mistakes in the files of one directory: the others are not told", mostErrors)}
	return append(Errors{more}, errors[:left]...), true
}

// told returns those mistakes, of many files and in order, that are told.
func (e Errors) told() (told Errors) {
	telling := telling{}
	for len(e) > 0 {
		path := e[0].Path
		next := slices.IndexFunc(e, func(other Error) bool { return other.Path != path })
		if next < 0 {
			next = len(e)
		}
		errors, _ := telling.cut(path, e[:next])
		told, e = append(told, errors...), e[next:]
	}
	return told
}
