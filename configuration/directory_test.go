package configuration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// swap puts a revision of a ConfigMap into the folder as the kubelet does: the files go
// into a directory of their own, a link to it is renamed over the old one, every file that
// is new gets a link through that, and what is left of the old revision is removed.
func (f folder) swap(revision string, files map[string]string) {
	f.Helper()
	must := func(err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
	}
	old, _ := os.Readlink(filepath.Join(f.path, dataLink))
	data := "..2026_12_01_" + revision
	must(os.Mkdir(filepath.Join(f.path, data), 0o700))
	for name, text := range files {
		f.write(filepath.Join(data, name), text)
	}
	must(os.Symlink(data, filepath.Join(f.path, "..data_tmp")))
	must(os.Rename(filepath.Join(f.path, "..data_tmp"), filepath.Join(f.path, dataLink)))
	for name := range files {
		_ = os.Symlink(filepath.Join(dataLink, name), filepath.Join(f.path, name))
	}
	entries, err := os.ReadDir(f.path)
	must(err)
	for _, entry := range entries {
		if _, is := files[entry.Name()]; !is && !strings.HasPrefix(entry.Name(), "..") {
			f.remove(entry.Name())
		}
	}
	if old != "" {
		must(os.RemoveAll(filepath.Join(f.path, old)))
	}
}

// TestConfigMap: a ConfigMap's new data are taken in whole.
func TestConfigMap(t *testing.T) {
	f := newFolder(t)
	f.swap("1", map[string]string{"a.yaml": named("a"), "b.yaml": named("b")})
	l := f.load()
	f.expect(l, "a b", "")
	f.swap("2", map[string]string{"a.yaml": named("b"), "c.yaml": named("a", "c")})
	if !l.Poll(now) {
		t.Error("the new data are not taken in")
	}
	f.expect(l, "a b c", "")
	f.swap("3", nil)
	l.Poll(now)
	f.expect(l, "", "")
}

// TestOneRevision: while a ConfigMap is swapped again and again, one reading never has
// files of two revisions, nor a part of one.
func TestOneRevision(t *testing.T) {
	f := newFolder(t)
	revision := func(n int) map[string]string {
		files := map[string]string{fmt.Sprintf("only-%d.yaml", n%3): named(fmt.Sprintf("r%d-only", n))}
		for i := range 5 {
			files[fmt.Sprintf("%d.yaml", i)] = named(fmt.Sprintf("r%d-%d", n, i))
		}
		return files
	}
	f.swap("0", revision(0))
	l := f.load()
	revisions := map[string]bool{}
	look := func() {
		l.Poll(now)
		names := strings.Fields(inForce(l))
		revision, _, _ := strings.Cut(names[0], "-")
		revisions[revision] = true
		if len(names) != 6 || strings.Count(strings.Join(names, " "), revision+"-") != 6 || !l.Status().Successful {
			t.Errorf("one reading has %q, and told is\n%v", names, l.Status().Errors)
		}
	}
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				look()
			}
		}
	}()
	for n := range 500 {
		f.swap(fmt.Sprint(n+1), revision(n+1))
	}
	close(stop)
	<-stopped
	if look(); len(revisions) < 3 || !revisions["r500"] {
		t.Errorf("of 501 revisions %d were read, want some, and the last", len(revisions))
	}
}

// TestFilesOfADirectoryThatGoes: when a directory is gone, its files keep what they said,
// each once, also one that is named itself.
func TestFilesOfADirectoryThatGoes(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	f.write("b.yaml", named("b"))
	l, err := Load(now, Options{Exemptions: []string{filepath.Join(f.path, "b.yaml")}}, f.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(f.path); err != nil {
		t.Fatal(err)
	}
	l.Poll(now)
	if got, want := l.Status().Errors.Files(), []string{f.path, f.path + "/b.yaml"}; len(l.Status().Errors) != 2 || !slices.Equal(got, want) || inForce(l) != "a b" {
		t.Errorf("in force are %q, want a and b, and told is %v", inForce(l), l.Status().Errors)
	}
}
