package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// subject is a program that is measured.
type subject struct {
	name    string
	program string
	args    []string
	status  int    // with which it ends
	says    string // what it has to say: that it read everything

	cpu    []time.Duration // of each run
	memory []int64         // the most that each run had, in bytes
}

// run runs the program once, and notes what it needed.
func (s *subject) run() error {
	command := exec.Command(s.program, s.args...)
	said, err := command.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		return err
	}
	state := command.ProcessState
	if state.ExitCode() != s.status || !strings.Contains(string(said), s.says) {
		return fmt.Errorf("%s ends with %d, want %d, and does not say %q:\n%.2000s", s.name, state.ExitCode(), s.status, s.says, said)
	}
	s.cpu = append(s.cpu, state.UserTime()+state.SystemTime())
	if usage, is := state.SysUsage().(*syscall.Rusage); is {
		s.memory = append(s.memory, usage.Maxrss<<10) // Linux tells it in KiB
	}
	return nil
}
