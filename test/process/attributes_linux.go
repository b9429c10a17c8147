package process

import "syscall"

// attributes puts a program into a process group of its own, so that Ctrl-C reaches
// only the caller, which then stops its programs in order. If the caller is killed,
// the kernel ends the program.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
