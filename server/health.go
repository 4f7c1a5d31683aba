package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"unisono/fault"
)

// healthy says that the process lives.
func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"status": "ok"})
}

// pingTimeout is how long readiness waits for the database.
const pingTimeout = 2 * time.Second

// ready says whether requests can be answered: the catalogue is there, or nothing would be listening yet, and the database answers, or what is in memory is young
// enough to do without.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
	defer cancel()
	err, stale, status := s.config.Ping(ctx), s.staleness(), http.StatusOK
	if tooOld := s.tooOld(stale); tooOld != nil {
		err, status = tooOld, http.StatusServiceUnavailable
	} else if err != nil && s.config.Others == nil {
		status = http.StatusServiceUnavailable // nothing tells how old what is in memory is
	}
	behind := s.config.Catalogue.Behind()
	switch {
	case status != http.StatusOK:
		writeJSON(w, status, map[string]any{"status": "unavailable", "reason": fault.Public(err)})
	case err != nil:
		writeJSON(w, status, map[string]any{"status": "degraded", "reason": fault.Public(err) + " What is in memory is shown."})
	case stale > 0:
		writeJSON(w, status, map[string]any{"status": "degraded", "reason": fmt.Sprintf("nothing was heard of changes for %s", stale.Round(time.Second))})
	case !behind.IsZero() && s.config.Now().Sub(behind) > behindFor:
		writeJSON(w, status, map[string]any{"status": "degraded", "reason": "the catalogue does not show all changes yet", "since": behind.UTC()})
	default:
		writeJSON(w, status, map[string]any{"status": "ready"})
	}
}

// behindFor is how long the catalogue may take to show a change before readiness speaks of it.
const behindFor = 5 * time.Second

// welcome says where to go to those who open the gateway's address.
func (s *Server) welcome(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("Unisono, a GraphQL content federation gateway.\nSend queries to /graphql by POST.\n"))
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", mediaJSON)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
