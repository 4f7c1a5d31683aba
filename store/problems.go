package store

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"unisono/content"
)

// problemsKept bounds the list of documents that could not be read.
const problemsKept = 1000

// Problem is a document that is in the database and is not what its kind should be. It is treated as absent by reads,
// and never overwritten.
type Problem struct {
	Kind   content.Kind
	ID     string // in the shell's notation where it is no string
	Reason string
	Seen   time.Time // last
	Count  int       // how many reads met it
}

type problemKey struct {
	kind content.Kind
	id   string
}

// problemList remembers the documents that could not be read, the newest reason of each.
type problemList struct {
	logger *slog.Logger
	mu     sync.Mutex
	met    int64
	full   bool
	known  map[problemKey]*Problem
}

// report counts a document that could not be read, and logs it where this reason is new.
//
//nolint:contextcheck // a document is not right whoever reads it: the line belongs to no request
func (l *problemList) report(kind content.Kind, id string, cause error, now time.Time) {
	reason := cause.Error()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.met++
	known := l.known[problemKey{kind, id}]
	switch {
	case known != nil && known.Reason == reason:
		known.Seen, known.Count = now, known.Count+1
		return
	case known != nil:
		known.Reason, known.Seen, known.Count = reason, now, known.Count+1
	case len(l.known) >= problemsKept:
		if !l.full {
			l.full = true
			l.logger.Warn("more documents cannot be read than are listed", "listed", problemsKept)
		}
		return
	default:
		if l.known == nil {
			l.known = map[problemKey]*Problem{}
		}
		l.known[problemKey{kind, id}] = &Problem{Kind: kind, ID: id, Reason: reason, Seen: now, Count: 1}
	}
	l.logger.LogAttrs(context.Background(), slog.LevelWarn, "a document cannot be read and is left out",
		slog.String("kind", string(kind)), slog.String("id", id), slog.String("reason", reason))
}

// settle forgets a problem of a document that can be read now.
func (l *problemList) settle(kind content.Kind, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) > 0 {
		delete(l.known, problemKey{kind, id})
	}
}

// Problems lists the documents that could not be read when they were last met, by kind and id; at most 1000.
func (s *Store) Problems() []Problem {
	s.problems.mu.Lock()
	defer s.problems.mu.Unlock()
	list := make([]Problem, 0, len(s.problems.known))
	for _, problem := range s.problems.known {
		list = append(list, *problem)
	}
	slices.SortFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// ProblemsMet counts how often a read met a document that could not be read.
func (s *Store) ProblemsMet() int64 {
	s.problems.mu.Lock()
	defer s.problems.mu.Unlock()
	return s.problems.met
}
