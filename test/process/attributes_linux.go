package process

import "syscall"

// attributes puts a program into a process group of its own, because Ctrl-C is
// for the caller, which then stops its programs in order; and has the kernel
// end the program should the caller be killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
