//go:build !linux

package process

import "syscall"

// attributes puts a program into a process group of its own, because Ctrl-C is
// for the caller, which then stops its programs in order.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
