package server

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"unisono/fault"
)

// staleAfter is how long nothing may have been heard of changes, or a change not been shown, before answers say so: the feed is heard of every half a second.
const staleAfter = time.Second

// staleness is how old what is in memory may be: zero while changes are heard of, and shown.
func (s *Server) staleness() time.Duration {
	lag := time.Duration(0)
	if s.config.Others != nil {
		lag = s.config.Others.Lag()
	}
	if since := s.config.Catalogue.Behind(); !since.IsZero() {
		lag = max(lag, time.Since(since))
	}
	if lag > staleAfter {
		return lag
	}
	return 0
}

// tooOld gives the fault of what is too old to be shown.
func (s *Server) tooOld(stale time.Duration) error {
	if stale <= s.config.Limits.Stale {
		return nil
	}
	return fault.New(fault.Unavailable, "the database has not been heard of for %s: what is in memory is too old to be shown", stale.Round(time.Second))
}

// staleMark is what an answer says that may be old: `extensions.stale`.
type staleMark struct {
	Age int `json:"age"` // for how many seconds changes may be missing, rounded up
}

// mark says in an answer that it may be old.
func mark(response *graphql.Response, stale time.Duration) {
	if stale > 0 {
		extend(response, "stale", staleMark{int((stale + time.Second - 1) / time.Second)})
	}
}

// extend adds an extension to an answer.
func extend(response *graphql.Response, name string, value any) {
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions[name] = value
}
