package server

import (
	"context"
	"log/slog"

	"unisono/fault"
)

// maxRefused bounds the lines that one request leaves in the log by asking again and again for what it may not.
const maxRefused = 10

// refused logs that something was asked for that the caller may not have: who asked, for what, and why not. It passes over errors of other kinds. What
// the caller sent as proof of who they are is never logged.
func (s *Server) refused(ctx context.Context, what string, err error) {
	if kind := fault.KindOf(err); kind == fault.Unauthenticated || kind == fault.Forbidden {
		s.logRefused(ctx, what, fault.Public(err))
	}
}

func (s *Server) logRefused(ctx context.Context, what, reason string) {
	kept := recordOf(ctx)
	if kept.refused.Add(1) > maxRefused {
		return
	}
	client := clientOf(ctx)
	s.config.Logger.LogAttrs(ctx, slog.LevelWarn, "access refused", slog.String("id", kept.id), slog.String("client", client.Name),
		slog.String("clientId", client.ID), slog.String("what", what), slog.String("reason", reason))
}
