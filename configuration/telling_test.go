package configuration

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestManyMistakes: a team's ConfigMap of 1 MiB that is full of mistakes is told with a
// bounded number of errors, by which every bad file is named, and takes little memory. The
// mistakes of others are told as before.
func TestManyMistakes(t *testing.T) {
	teams, others := newFolder(t), newFolder(t)
	others.write("z.yaml", garbage)
	teams.write("z.yaml", garbage)
	const files = 500
	for i := range files {
		teams.write(fmt.Sprintf("%d.yaml", i), strings.TrimSuffix(named(), "\n")+" ["+strings.Repeat("1,", mostErrors)+"]\n")
	}
	before := heap()
	l, err := Load(now, Options{Exemptions: []string{teams.path, others.path}})
	if err != nil {
		t.Fatal(err)
	}
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("it takes %d MiB", grown>>20)
	}
	is := l.Status().Errors
	if most := mostErrors + 2*files + 2; len(is) > most || len(is.Files()) != files+2 {
		t.Errorf("%d mistakes are told of %d files, want at most %d of %d", len(is), len(is.Files()), most, files+2)
	}
	for _, of := range []string{others.path, teams.path} {
		if !slices.ContainsFunc(is, func(e Error) bool { return e.Path == of+"/z.yaml" && e.Line > 0 }) {
			t.Errorf("the mistake in %s/z.yaml is not told", of)
		}
	}
	for i := range files - 1 {
		teams.write(fmt.Sprintf("%d.yaml", i), named(fmt.Sprint("e", i)))
	}
	l.Poll(now)
	if is := l.Status().Errors; len(l.Set().Exemptions()) != files-1 || len(is) != mostErrors+2 {
		t.Errorf("once all but one are corrected, %d exemptions are in force, and %d mistakes are told, want %d and %d", len(l.Set().Exemptions()), len(is), files-1, mostErrors+2)
	}
}

// TestManyTakenNames: exemptions of which others have the names, and those that break a
// rule, are told with a bounded number of errors too.
func TestManyTakenNames(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named(slices.Repeat([]string{"x"}, 5000)...))
	f.write("b.yaml", named("x"))
	is := f.load().Status().Errors
	if len(is) != mostErrors+3 || !slices.Equal(is.Files(), []string{f.path + "/a.yaml", f.path + "/b.yaml"}) {
		t.Errorf("%d mistakes are told, of %v", len(is), is.Files())
	}
}

// TestManyFiles: a directory with very many files is not read, and keeps what it said.
func TestManyFiles(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	l := f.load()
	for i := range mostFiles {
		f.write(fmt.Sprintf("%d.yaml", i), "")
	}
	l.Poll(now)
	if got, want := l.Status().Errors.Error(), f.path+": it cannot be read: it has 1001 files, and at most 1000 are read: put several exemptions into one"; got != want || inForce(l) != "a" {
		t.Errorf("in force are %q, and told is\n%s\nwant\n%s", inForce(l), got, want)
	}
	f.remove("0.yaml")
	l.Poll(now)
	if got := len(l.Status().Errors.Files()); got != mostFiles-1 {
		t.Errorf("with as many as may be, %d are bad, want %d", got, mostFiles-1)
	}
}

// heap returns how many bytes are in use.
func heap() int {
	runtime.GC()
	var is runtime.MemStats
	runtime.ReadMemStats(&is)
	return int(is.HeapAlloc)
}
