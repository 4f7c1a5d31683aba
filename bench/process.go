package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that runs beside this program.
type process struct {
	name    string
	address string // HOST:PORT
	cmd     *exec.Cmd
	ended   chan struct{} // closed when it has ended
	err     error         // then
}

const (
	patience = 2 * time.Minute // until a server answers: a large catalogue takes seconds to read
	lastWord = 20 * time.Second
)

// start starts a program that listens on an address and waits until a GET of the path is answered. What it says goes to a file.
func start(ctx context.Context, name, dir, program, address, path string, args ...string) (*process, error) {
	says, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = says.Close() }() // the process has its own
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr, cmd.WaitDelay = says, lastWord
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), "UNISONO_ADMIN_KEY="+adminKey)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, address: address, cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	if err := p.await(ctx, path); err != nil {
		said, _ := os.ReadFile(says.Name())
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", name, err, tail(said)), p.stop())
	}
	return p, nil
}

// await waits until the process answers.
func (p *process) await(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode < http.StatusInternalServerError {
				return nil
			}
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended before it answered: %w", p.err)
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the process and waits for it.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(lastWord):
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s did not end within %s", p.name, lastWord)
	}
	return nil
}

// memory is what the process holds of the machine's memory, in bytes; 0 where the system does not say.
func (p *process) memory() int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	return residentMemory(string(status))
}

func residentMemory(status string) int64 {
	for line := range strings.Lines(status) {
		if rest, is := strings.CutPrefix(line, "VmRSS:"); is {
			kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// busy is the time that the machine's cores have given to the process; 0 where the system does not say.
func (p *process) busy() time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	return processorTime(string(stat))
}

// tick is the unit in which Linux tells processes' time.
const tick = 10 * time.Millisecond

func processorTime(stat string) time.Duration {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:]) // the name of a process, in parentheses, may hold anything
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}

// freeAddress finds a port that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// runProgram runs a program to its end, and gives what it said where it fails.
func runProgram(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(syscall.SIGTERM) }, lastWord
	said, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, tail(said))
	}
}

// tail is the end of what a program said.
func tail(said []byte) []byte {
	const enough = 2000
	return bytes.TrimSpace(said[max(0, len(said)-enough):])
}
