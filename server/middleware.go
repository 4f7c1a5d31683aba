package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-chi/chi/v5/middleware"

	"unisono/access"
	"unisono/audit"
	"unisono/fault"
)

// record is what the log says of a request besides its HTTP side. Its own goroutine alone writes it.
type record struct {
	id        string
	client    *access.Client // nil: it is not known yet
	operation string
	refused   atomic.Int32 // how often something was refused; many goroutines may count
}

type recordKey struct{}

func recordOf(ctx context.Context) *record {
	kept, _ := ctx.Value(recordKey{}).(*record)
	if kept == nil {
		return &record{}
	}
	return kept
}

// requestID is the id under which the log knows a request.
func requestID(ctx context.Context) string { return recordOf(ctx).id }

// note keeps the name of the operation for the log.
func note(ctx context.Context, operation *graphql.OperationContext) {
	recordOf(ctx).operation = string(operation.Operation.Operation) + " " + operation.Operation.Name
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// identify gives each request an id, its own where it brought a sane one, and sends it back.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !saneID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), recordKey{}, &record{id: id})))
	})
}

// log writes one line a request. Query strings and bodies are left out: they may hold what is not for the log.
func (s *Server) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		level := slog.LevelInfo
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			level = slog.LevelDebug
		}
		if !s.config.Logger.Enabled(r.Context(), level) {
			next.ServeHTTP(w, r)
			return
		}
		started := time.Now()
		wrapped := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			kept, name := recordOf(r.Context()), ""
			if kept.client != nil {
				name = kept.client.Name
			}
			s.config.Logger.LogAttrs(r.Context(), level, "request", slog.String("id", kept.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
				slog.String("operation", kept.operation), slog.String("client", name), slog.Int("status", wrapped.Status()),
				slog.Int("bytes", wrapped.BytesWritten()), slog.Duration("took", time.Since(started)))
		}()
		next.ServeHTTP(wrapped, r)
	})
}

// recover turns a panic outside of resolvers into an answer.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			panicked := recover()
			if panicked == nil {
				return
			}
			if panicked == http.ErrAbortHandler { //nolint:errorlint // it is a value to compare with, as net/http does
				panic(panicked)
			}
			s.config.Logger.ErrorContext(r.Context(), "a handler panicked", "id", requestID(r.Context()), "panic", panicked, "stack", string(debug.Stack()))
			writeError(w, mediaJSON, http.StatusInternalServerError, fault.New(fault.Internal, "an internal fault; the log has its cause"))
		}()
		next.ServeHTTP(w, r)
	})
}

// authenticated finds out who is asking, and whether from a page that may, before anything else is done.
func (s *Server) authenticated(next http.Handler) http.Handler {
	next = s.admitted(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, err := s.config.Keyring.Client(r.Context(), r.Header.Get("Authorization"))
		if err != nil {
			status := statuses[fault.KindOf(err)]
			if status == http.StatusUnauthorized {
				s.refused(r.Context(), r.URL.Path, err)
				w.Header().Set("WWW-Authenticate", `Bearer realm="unisono"`)
			} else {
				s.config.Logger.ErrorContext(r.Context(), "the client could not be found out", "id", requestID(r.Context()), "error", err)
			}
			writeError(w, mediaJSON, status, err)
			return
		}
		recordOf(r.Context()).client = client
		next.ServeHTTP(w, r)
	})
}

// clientOf is who asks, once that is found out; before, whoever ctx says.
func clientOf(ctx context.Context) *access.Client {
	if client := recordOf(ctx).client; client != nil {
		return client
	}
	return access.FromContext(ctx)
}

// bound gives what is called the request's client and id in its context. An answer that is there already is found without.
func bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		next.ServeHTTP(w, r.WithContext(audit.NewContext(access.NewContext(ctx, clientOf(ctx)), requestID(ctx))))
	})
}
