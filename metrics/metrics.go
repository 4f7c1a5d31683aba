// Package metrics says in figures what a gateway does and holds, for Prometheus to collect.
//
// It is given figures and knows their names. It refuses to know where they come from, and how they are asked for. Every label has values out of a set that is fixed
// by the program, so what strangers send makes no series.
package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Figures are what a gateway has done since it was started, and what it holds at one moment.
type Figures struct {
	Cache     Cache
	Catalogue Catalogue
	Database  Database

	Silence *time.Duration // for how long nothing was heard of others' changes; nil: none are told
}

// Cache is what is kept in memory of what was read, or made.
type Cache struct {
	Lookups map[Kind]Lookups
	Loads   uint64 // reads of the database
	Changes uint64 // of one document
	Flushes uint64 // because anything could have changed
	Dropped uint64 // not kept, for want of time
	Bytes   int64  // held
	Limit   int64  // bytes that may be held
}

// Kind is what a cache may be asked for.
type Kind string

// The kinds.
const (
	Documents Kind = "documents" // products and fragments
	Lists     Kind = "lists"     // their pages, totals and facets
	Answers   Kind = "answers"   // whole ones, as bytes
)

// Lookups count how often something was found, and not.
type Lookups struct{ Hits, Misses uint64 }

// Catalogue is the index in memory.
type Catalogue struct {
	Products, Fragments int
	Behind              time.Duration // how long ago the first change was made that it does not show; 0: it shows all
}

// Database is where the documents are.
type Database struct {
	Calls   uint64 // round trips
	Answers bool   // else calls fail at once
}

// Build says what the program was made from. What is not known is "".
type Build struct{ Version, Revision string }

// Registry gives what Prometheus collects of this process: the figures, read anew each time, which may be done several times at once, and those of the
// process and of Go.
func Registry(build Build, read func() Figures) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(New(build, read), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}
