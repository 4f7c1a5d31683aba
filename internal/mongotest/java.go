package mongotest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// buildLimit is the time to build the launcher, with its download, and to wait for another process that builds it.
const buildLimit = 5 * time.Minute

// javaServer gives the URI of this process's mongo-java-server. It ends with the process: its input does.
var javaServer = sync.OnceValues(func() (string, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return "", err
	}
	target, err := javaBuilt()
	if err != nil {
		return "", err
	}
	classes := filepath.Join(target, "classes") + string(os.PathListSeparator) + filepath.Join(target, "lib", "*")
	// The serial collector and the first compiler alone start fastest and leave the cores to the tests.
	command := exec.CommandContext(context.Background(), java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", classes, "Main")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	if _, err := command.StdinPipe(); err != nil { // held by command, and so by this variable's closure, till the end
		return "", err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := command.Start(); err != nil {
		return "", err
	}
	running = command
	port, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return "", errors.Join(fmt.Errorf("it ended at once: %w", err), command.Wait(), errors.New(complaints.String()))
	}
	return "mongodb://127.0.0.1:" + strings.TrimSpace(port) + "/", nil
})

// running keeps the server's input open: collected as garbage, its pipe would be closed.
var running *exec.Cmd //nolint:unused // it is written to be kept, not to be read

// javaBuilt builds the launcher if its sources are newer than it, and gives the folder with the result. Test processes
// that run side by side build it once.
func javaBuilt() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the sources are not there")
	}
	project := filepath.Join(filepath.Dir(here), "javaserver")
	target := filepath.Join(project, "target")
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	if err := os.MkdirAll(target, 0o755); err != nil {
		return "", err
	}
	lock := flock.New(filepath.Join(target, "build.lock"))
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return "", err
	}
	defer func() { _ = lock.Unlock() }()
	if isBuilt(project, target) {
		return target, nil
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, mvn, "-q", "-B", "process-classes")
	build.Dir = project
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("mvn: %w: %s", err, out)
	}
	return target, os.WriteFile(filepath.Join(target, "built"), nil, 0o644)
}

// isBuilt says that a build was finished after the sources were last written.
func isBuilt(project, target string) bool {
	built, err := os.Stat(filepath.Join(target, "built"))
	if err != nil {
		return false
	}
	for _, source := range []string{"pom.xml", filepath.Join("src", "Main.java")} {
		written, err := os.Stat(filepath.Join(project, source))
		if err != nil || written.ModTime().After(built.ModTime()) {
			return false
		}
	}
	return true
}
