//go:build !linux

package process

import "syscall"

// attributes puts a program into a process group of its own, so that Ctrl-C reaches
// only the caller, which then stops its programs in order.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
