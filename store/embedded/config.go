// Package embedded is a database inside the process, for trying the gateway out and for a company that needs one machine.
//
// It runs FerretDB on SQLite files in a directory that one process owns, and gives the URI by which the driver reaches
// it over a local socket. A write that was acknowledged is on the disk, whatever kills the process. It refuses to be
// shared: no second process opens the directory, and nothing but this machine reaches the socket. A build with the tag
// noembedded leaves it out, and with it FerretDB and SQLite.
package embedded

import "log/slog"

// Config says where the database lives.
type Config struct {
	Dir    string       // made if absent; holds the SQLite files and the lock
	Logger *slog.Logger // gets FerretDB's errors; default: slog.Default()
}
