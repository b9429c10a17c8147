package chaos

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// altered is a replacement in a source file with which podscore is built for a test, or
// a new file if old is "". So podscore needs no switch that only a test uses.
type altered struct{ file, old, new string }

// overlay writes a file for `go build -overlay`, and returns its path. It is an error if
// a file does not have its old text exactly once.
func overlay(dir string, places ...altered) (string, error) {
	replace := map[string]string{}
	for i, place := range places {
		text, err := os.ReadFile(place.file)
		if err != nil && place.old != "" {
			return "", err
		}
		if place.old != "" && strings.Count(string(text), place.old) != 1 {
			return "", fmt.Errorf("%s has %q %d times, want once: say anew what the test alters", place.file, place.old, strings.Count(string(text), place.old))
		}
		whole := place.new
		if place.old != "" {
			whole = strings.Replace(string(text), place.old, place.new, 1)
		}
		path := filepath.Join(dir, fmt.Sprintf("altered-%d-%s", i, filepath.Base(place.file)))
		if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
			return "", err
		}
		replace[place.file] = path
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

// jump is a file of package time: the wall clock is ahead by the number of seconds that
// is in the first eight bytes of a file, whose name is in the environment. The monotonic
// clock does not change, as when a machine's clock is set.
const jump = `package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

var ahead = func() *int64 {
	name, _ := syscall.Getenv("` + clockVariable + `")
	file, err := syscall.Open(name, syscall.O_RDONLY, 0)
	if err != nil {
		return new(int64)
	}
	page, err := syscall.Mmap(file, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return new(int64)
	}
	return (*int64)(unsafe.Pointer(&page[0]))
}()

func jumped(sec int64, nsec int32, mono int64) (int64, int32, int64) {
	if ahead != nil { // package time is asked before it is set up
		sec += atomic.LoadInt64(ahead)
	}
	return sec, nsec, mono
}
`

const clockVariable = "PODSCORE_TEST_CLOCK"

// otherClock returns the replacements with which a program has a clock that a test can set.
func otherClock() ([]altered, error) {
	said, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(strings.TrimSpace(string(said)), "src", "time")
	return []altered{
		{filepath.Join(folder, "time.go"), "sec, nsec, mono := runtimeNow()\n\tif mono == 0 {", "sec, nsec, mono := jumped(runtimeNow())\n\tif mono == 0 {"},
		{filepath.Join(folder, "jumped.go"), "", jump},
	}, nil
}
