package server

import (
	"context"
	"encoding/json"
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

// ready says whether requests can be answered: the catalogue is there, or nothing would be listening yet, and the database answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
	defer cancel()
	if err := s.config.Ping(ctx); err != nil {
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "unavailable", "reason": fault.Public(err)})
		return
	}
	if since := s.config.Catalogue.Behind(); !since.IsZero() && s.config.Now().Sub(since) > behindFor {
		writeJSON(w, http.StatusOK, map[string]any{"status": "degraded", "reason": "the catalogue does not show all changes yet", "since": since.UTC()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"status": "ready"})
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
