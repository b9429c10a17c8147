// Package process runs programs for the tests and the demo: podscore, Prometheus and
// others.
package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// Process is a program that was started.
type Process struct {
	// Log is the file that holds what the program printed; "" if that cannot be read, as
	// a device such as /dev/full, which has no end.
	Log string

	command *exec.Cmd
	ended   chan struct{}
	err     error // why it ended; set once ended is closed
	killed  atomic.Bool
}

// Start starts a program. Its output goes to the file log.
func Start(path string, args []string, log string) (*Process, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	p := &Process{command: exec.Command(path, args...), ended: make(chan struct{})}
	if info, err := output.Stat(); err == nil && info.Mode().IsRegular() {
		p.Log = log
	}
	p.command.Stdout, p.command.Stderr = output, output
	p.command.SysProcAttr = attributes()
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// PID returns the process ID.
func (p *Process) PID() int { return p.command.Process.Pid }

// Ended returns a channel that is closed when the program has ended, for any reason.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Signal sends a signal to the program.
func (p *Process) Signal(signal os.Signal) error {
	if signal == syscall.SIGKILL {
		p.killed.Store(true)
	}
	return p.command.Process.Signal(signal)
}

// Kill sends SIGKILL to the program, and waits until it has ended.
func (p *Process) Kill() error {
	err := p.Signal(syscall.SIGKILL)
	if err == nil {
		<-p.ended
	}
	return err
}

// Killed reports whether the program was sent SIGKILL: then it cannot end cleanly.
func (p *Process) Killed() bool { return p.killed.Load() }

// ExitStatus waits until the program has ended, and returns its exit status; -1 if a
// signal ended it.
func (p *Process) ExitStatus() int {
	<-p.ended
	return p.command.ProcessState.ExitCode()
}

// Stop sends SIGTERM to the program, and waits until it has ended. After 30 seconds it
// sends SIGKILL, and returns an error.
func (p *Process) Stop() error {
	if err := p.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(30 * time.Second):
	}
	if err := p.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended
	return fmt.Errorf("%s did not end within 30 s of SIGTERM", filepath.Base(p.command.Path))
}
