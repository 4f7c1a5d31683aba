package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"slices"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/edit"
	"unisono/fault"
	"unisono/ingest"
	"unisono/ingest/ndjson"
)

// Contents is what an export reads.
type Contents interface {
	All(ctx context.Context, kind content.Kind) iter.Seq2[content.Document, error]
}

// importContent writes a batch of changes to documents of one kind. It is what `unisono import --gateway` sends.
func (s *Server) importContent(w http.ResponseWriter, r *http.Request) {
	if err := access.FromContext(r.Context()).Need(access.Write); err != nil {
		s.refused(r.Context(), r.URL.Path, err)
		writeError(w, mediaJSON, statuses[fault.KindOf(err)], err)
		return
	}
	body, status, err := readBody(w, r, s.config.Limits.Import)
	if err != nil {
		writeError(w, mediaJSON, status, err)
		return
	}
	batch := ingest.Batch{}
	if err := decodeJSON(body, &batch); err != nil {
		writeError(w, mediaJSON, http.StatusBadRequest, fault.New(fault.BadUserInput, "the body is not right: an object with kind and items is expected (%s)", jsonMistake(err)))
		return
	}
	if len(batch.Items) > edit.MaxItems {
		writeError(w, mediaJSON, http.StatusRequestEntityTooLarge, fault.New(fault.LimitExceeded, "items: %d are given; at most %d are taken at once", len(batch.Items), edit.MaxItems))
		return
	}
	if !s.caughtUp(w, r) {
		return
	}
	outcomes, err := s.write(r.Context(), &batch)
	s.clock.stamp(w.Header())
	if err != nil {
		s.config.Logger.ErrorContext(r.Context(), "an import failed", "id", requestID(r.Context()), "error", err)
		kind := fault.KindOf(err)
		writeError(w, mediaJSON, statuses[kind], fault.New(kind, "%s", fault.Public(err)))
		return
	}
	writeJSON(w, http.StatusOK, ingest.BatchResult{Outcomes: outcomes})
}

// caughtUp waits until all is known that was written before a moment that a request bears, or answers it with the fault.
func (s *Server) caughtUp(w http.ResponseWriter, r *http.Request) bool {
	if err := s.catchUp(r.Context(), r.Header.Get(timeHeader)); err != nil {
		writeError(w, mediaJSON, cmp.Or(statuses[fault.KindOf(err)], http.StatusBadRequest), err)
		return false
	}
	return true
}

func (s *Server) write(ctx context.Context, batch *ingest.Batch) ([]ingest.Outcome, error) {
	writer := s.writer
	if batch.DryRun {
		writer = edit.NewRehearsal(s.config.Documents, s.config.Catalogue, s.config.Now)
		for _, assumed := range batch.Assume {
			if _, err := writer.Write(ctx, assumed.Kind, rawOf(assumed.Items)); err != nil {
				return nil, err
			}
		}
	}
	outcomes, err := writer.Write(ctx, batch.Kind, rawOf(batch.Items))
	if err != nil {
		return nil, err
	}
	return ingest.Outcomes(outcomes), nil
}

func rawOf(items []json.RawMessage) [][]byte {
	raw := make([][]byte, len(items))
	for i, item := range items {
		raw[i] = item
	}
	return raw
}

// exportContent streams every document of every kind, one a line. Drafts and what is restricted are among them, so it needs the permission to write.
func (s *Server) exportContent(w http.ResponseWriter, r *http.Request) {
	if err := access.FromContext(r.Context()).Need(access.Write); err != nil {
		s.refused(r.Context(), r.URL.Path, err)
		writeError(w, mediaJSON, statuses[fault.KindOf(err)], err)
		return
	}
	if !s.caughtUp(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	to := &patient{w, http.NewResponseController(w), s.config.Limits.Export}
	for line, err := range ndjson.Lines(r.Context(), s.config.Contents.All) {
		if err == nil {
			err = to.write(line)
		}
		if err != nil {
			s.config.Logger.WarnContext(r.Context(), "an export broke off", "id", requestID(r.Context()), "error", err)
			panic(http.ErrAbortHandler) // so that the client sees that it is not whole
		}
	}
	_ = to.wait() // what is left to be sent is sent when this returns: where it cannot be, the client sees it
}

// patient writes to a reader who may be slow, but not silent: one who takes nothing for a while is given up, with the connection.
type patient struct {
	to      http.ResponseWriter
	control *http.ResponseController
	most    time.Duration
}

// pieceSize is how much is sent within that while. The system, whose buffer lies between, says that there is room again once a good part of that is taken: a megabyte or so.
const pieceSize = 32 << 10

func (p *patient) write(text []byte) error {
	for piece := range slices.Chunk(text, pieceSize) {
		if err := p.wait(); err != nil {
			return err
		}
		if _, err := p.to.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// wait gives the reader time from now on, however long it took to find what comes next.
func (p *patient) wait() error {
	if err := p.control.SetWriteDeadline(time.Now().Add(p.most)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
