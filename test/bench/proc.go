package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is the unit of times in /proc, the same on all of Linux.
const ticksPerSecond = 100

// cpu returns the processor time that the program has taken so far.
func (s *subject) cpu() (time.Duration, error) {
	fields, err := statOf(s.process.PID())
	if err != nil {
		return 0, err
	}
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(errUser, errSystem)
}

// Fields of /proc/PID/status.
const (
	resident     = "VmRSS"
	peakResident = "VmHWM"
)

// memory returns one of the fields above, in bytes.
func (s *subject) memory(field string) (uint64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, field+":"); found {
			kibibytes, err := strconv.ParseUint(strings.Fields(value)[0], 10, 64)
			return kibibytes << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no %s", s.process.PID(), field)
}

// statOf returns the fields of /proc/PID/stat from the third on: what comes
// before may hold blanks.
func statOf(pid int) ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])), nil
}
