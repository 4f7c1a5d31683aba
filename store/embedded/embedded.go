//go:build !noembedded

package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/gofrs/flock"

	"unisono/fault"
)

// Engine is a running database. It is safe for concurrent use.
type Engine struct {
	dir    string
	uri    string
	lock   *flock.Flock
	socket string // directory of the socket; empty with TCP
	stop   context.CancelFunc
	done   chan struct{} // closed when FerretDB has ended
	close  func() error
}

// starting guards what FerretDB keeps globally while it starts.
var starting sync.Mutex

// Open starts the database in a directory. The fault is Unavailable where another process owns the directory or it
// cannot be used, BadUserInput where its name cannot be used. Close the stores on it before the engine.
func Open(_ context.Context, config Config) (*Engine, error) {
	dir, err := usable(config.Dir)
	if err != nil {
		return nil, err
	}
	lock, err := own(dir)
	if err != nil {
		return nil, err
	}
	e := &Engine{dir: dir, lock: lock, stop: func() {}, done: make(chan struct{})}
	e.close = sync.OnceValue(e.release)
	if err := e.start(config.Logger); err != nil {
		close(e.done)
		return nil, errors.Join(cannotUse(dir, err), e.close())
	}
	return e, nil
}

// URI is where the driver reaches the database. It changes with each start.
func (e *Engine) URI() string { return e.uri }

// Close stops the database, waits until all is written and gives the directory free. When ctx ends first it returns the
// fault Timeout, and the directory stays owned. It may be called again.
func (e *Engine) Close(ctx context.Context) error {
	e.stop()
	select {
	case <-e.done:
		return e.close()
	case <-ctx.Done():
		return fault.Wrap(fault.Timeout, ctx.Err(), "The embedded database did not stop in time.")
	}
}

// release gives up what a stopped engine holds.
func (e *Engine) release() error {
	var err error
	if e.socket != "" {
		err = errors.Join(os.RemoveAll(e.socket), os.Remove(e.socketNote()))
	}
	if err = errors.Join(err, e.lock.Unlock()); err != nil {
		return fault.Wrap(fault.Internal, err, "The embedded database could not give its directory free.")
	}
	return nil
}

//nolint:contextcheck // the engine outlives the call that starts it
func (e *Engine) start(logger *slog.Logger) error {
	if logger == nil {
		logger = slog.Default()
	}
	listener, err := e.listener()
	if err != nil {
		return err
	}
	config := &ferretdb.Config{
		Listener:  listener,
		Logger:    slog.New(failures{logger.Handler()}),
		Handler:   "sqlite",
		SQLiteURL: "file:" + filepath.ToSlash(e.dir) + "/?" + pragmas.Encode(),
	}
	starting.Lock()
	server, err := ferretdb.New(config)
	starting.Unlock()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	go func() {
		defer close(e.done)
		_ = server.Run(ctx) // it never gives an error
	}()
	e.uri = server.MongoDBURI()
	if e.socket != "" {
		e.uri = "mongodb://" + url.PathEscape(listener.Unix) + "/"
	}
	return nil
}

// pragmas makes SQLite write each commit through to the disk before it is acknowledged. The order matters: the wait for
// a lock must be set before the journal is.
var pragmas = url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(wal)", "auto_vacuum(none)", "synchronous(full)"}}

// longestSocket is what the path of a socket may measure on every system.
const longestSocket = 100

// listener picks a socket that only this user reaches, or a port of this machine where there are no such sockets.
func (e *Engine) listener() (ferretdb.ListenerConfig, error) {
	port := ferretdb.ListenerConfig{TCP: "127.0.0.1:0"}
	if runtime.GOOS == "windows" {
		return port, nil
	}
	e.forgetSocket()
	dir, err := os.MkdirTemp("", socketPrefix)
	if err != nil {
		return ferretdb.ListenerConfig{}, err
	}
	path := filepath.Join(dir, "db.sock")
	if len(path) > longestSocket {
		return port, os.Remove(dir)
	}
	e.socket = dir
	return ferretdb.ListenerConfig{Unix: path}, os.WriteFile(e.socketNote(), []byte(dir), 0o600)
}

// socketPrefix begins the name of the directory with the socket. It lies among the temporary files, because the path of
// a socket must be short and not every file system has them.
const socketPrefix = "unisono-db-"

// socketNote is the file that says where the socket is, so that what a killed process left can be removed.
func (e *Engine) socketNote() string { return filepath.Join(e.dir, "unisono.socket") }

// forgetSocket removes the socket of a process that was killed. The directory is ours, so that process is gone.
func (e *Engine) forgetSocket() {
	left, err := os.ReadFile(e.socketNote())
	if err != nil {
		return // there is none
	}
	if dir := string(left); strings.HasPrefix(filepath.Base(dir), socketPrefix) && filepath.Dir(dir) == filepath.Clean(os.TempDir()) {
		_ = os.RemoveAll(dir) // one that cannot be removed does no harm
	}
	_ = os.Remove(e.socketNote())
}

// usable makes the directory and gives its full path.
func usable(dir string) (string, error) {
	if dir == "" {
		return "", fault.New(fault.BadUserInput, "The embedded database needs a directory (--data-dir).")
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", cannotUse(dir, err)
	}
	if strings.ContainsAny(full, "?#%") {
		return "", fault.New(fault.BadUserInput, "The path of the data directory (--data-dir) %s holds one of the characters ? # %%, which SQLite cannot open: choose another.", full)
	}
	if err := os.MkdirAll(full, 0o700); err != nil {
		return "", cannotUse(full, err)
	}
	return full, nil
}

// own takes the directory's lock, which the system gives free when the process ends, however that happens.
func own(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, "unisono.lock"))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, cannotUse(dir, err)
	}
	if !mine {
		return nil, fault.New(fault.Unavailable, "Another process owns the data directory %s. Work through it: "+
			"unisono import --gateway URL --key KEY, and so too unisono export and unisono keys, with the URL of that gateway.", dir)
	}
	return lock, nil
}

func cannotUse(dir string, cause error) error {
	return fault.Wrap(fault.Unavailable, cause, "The data directory %s cannot be used: check that this user may write there and that the disk has room.", dir)
}

// file is the SQLite file of a database.
func (e *Engine) file(database string) string {
	return filepath.Join(e.dir, fmt.Sprintf("%s.sqlite", database))
}
