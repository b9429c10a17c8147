// Package process runs programs for the tests and the demo, and podscore
// itself among them.
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

// Process is a program that runs.
type Process struct {
	// Log is the file that holds what the program printed.
	Log string

	command *exec.Cmd
	ended   chan struct{}
	err     error // why it ended; set once ended is closed
	killed  atomic.Bool
}

// Start starts a program. What it prints goes to the file log.
func Start(path string, args []string, log string) (*Process, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	p := &Process{Log: log, command: exec.Command(path, args...), ended: make(chan struct{})}
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

// PID returns the number of the process.
func (p *Process) PID() int { return p.command.Process.Pid }

// Ended is closed once the program has ended, by itself or not.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Signal sends a signal to the program.
func (p *Process) Signal(signal os.Signal) error {
	if signal == syscall.SIGKILL {
		p.killed.Store(true)
	}
	return p.command.Process.Signal(signal)
}

// Kill ends the program without a chance to say so, and waits until it has ended.
func (p *Process) Kill() error {
	err := p.Signal(syscall.SIGKILL)
	if err == nil {
		<-p.ended
	}
	return err
}

// Killed reports whether the program was sent SIGKILL: then it cannot end cleanly.
func (p *Process) Killed() bool { return p.killed.Load() }

// ExitStatus waits for the program to end and returns its exit status; -1 when
// a signal ended it.
func (p *Process) ExitStatus() int {
	<-p.ended
	return p.command.ProcessState.ExitCode()
}

// Stop asks the program to end, insists after 30 seconds, and waits until it
// has. An error tells that it had to insist.
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
