package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"unisono/content"
)

// shelf keeps documents in memory, and counts the round trips that asking for them costs, as a store does.
type shelf struct {
	calls atomic.Int64

	mu        sync.Mutex
	read      map[string]bool // the documents that were asked for
	documents map[content.Kind]map[string]content.Document
}

func (s *shelf) Calls() int64 { return s.calls.Load() }

func (s *shelf) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	found := map[string]content.Document{}
	if len(keys) == 0 {
		return found, nil
	}
	s.calls.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		s.read[string(kind)+"/"+key] = true
		if document := s.documents[kind][key]; document != nil {
			found[key] = document
		}
	}
	return found, nil
}

// become puts other documents in the place of all.
func (s *shelf) become(documents map[content.Kind]map[string]content.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents = documents
}

// put puts a document in the place of another, or takes it away.
func (s *shelf) put(kind content.Kind, key string, document content.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	documents := maps.Clone(s.documents)
	of := maps.Clone(documents[kind])
	if of == nil {
		of = map[string]content.Document{}
	}
	of[key] = document
	if document == nil {
		delete(of, key)
	}
	documents[kind] = of
	s.documents = documents
}

// asked gives the documents that were asked for since it was called last.
func (s *shelf) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	read := fmt.Sprint(slices.Sorted(maps.Keys(s.read)))
	s.read = map[string]bool{}
	return read
}

func (s *shelf) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	s.calls.Add(1)
	s.mu.Lock()
	documents := maps.Clone(s.documents[kind])
	s.mu.Unlock()
	return func(yield func(content.Document, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(documents)) {
			if !yield(documents[key], nil) {
				return
			}
		}
	}
}

func (*shelf) Update(context.Context, content.Kind, string, func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	return nil, false, errors.New("nothing is written here")
}

func (*shelf) Delete(context.Context, content.Kind, string) (bool, error) {
	return false, errors.New("nothing is deleted here")
}

// typed reads documents of one type, as a store's collection does.
func typed[T content.Document](from *shelf, kind content.Kind) func(context.Context, []string) (map[string]T, error) {
	return func(ctx context.Context, keys []string) (map[string]T, error) {
		found, err := from.Read(ctx, kind, keys)
		documents := make(map[string]T, len(found))
		for key, document := range found {
			documents[key] = document.(T)
		}
		return documents, err
	}
}
