package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Fields of /proc/PID/status.
const (
	Resident     = "VmRSS"
	PeakResident = "VmHWM"
)

// Memory returns Resident or PeakResident, in bytes.
func (p *Process) Memory(field string) (uint64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, field+":"); found {
			kibibytes, err := strconv.ParseUint(strings.Fields(value)[0], 10, 64)
			return kibibytes << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no %s", p.PID(), field)
}

// ticksPerSecond is the unit of times in /proc, the same on all of Linux.
const ticksPerSecond = 100

// CPU returns the processor time that the program has taken so far.
func (p *Process) CPU() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may have spaces
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(errUser, errSystem)
}
