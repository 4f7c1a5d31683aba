package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"unisono/fault"
)

// present turns an error into what the caller is shown: a code, a message, its path. What is not a fault of the caller's is logged once, and
// the caller gets the id of the request to name it by.
func (s *Server) present(ctx context.Context, err error) *gqlerror.Error {
	shown := graphql.DefaultErrorPresenter(ctx, err)
	if shown.Extensions["code"] == "COMPLEXITY_LIMIT_EXCEEDED" {
		return &gqlerror.Error{
			Message:    fmt.Sprintf("the operation costs more than the %d that are taken: %s; ask for shorter lists, or for less of each item", s.config.Limits.Cost, shown.Message),
			Extensions: map[string]any{"code": fault.LimitExceeded},
		}
	}
	if shown.Extensions["code"] != nil {
		return s.presentInvalid(ctx, shown) // the protocol's own: the document or its variables are not right
	}
	if errors.Is(err, context.DeadlineExceeded) && context.Cause(ctx) != nil {
		err = errors.Join(context.Cause(ctx), err)
	}
	kind, message := fault.KindOf(err), fault.Public(err)
	var own *fault.Error
	var parsed *gqlerror.Error
	if errors.As(err, &parsed) && !errors.As(err, &own) && parsed.Err == nil {
		kind, message = fault.BadUserInput, parsed.Message // an argument that could not be coerced
	}
	s.refused(ctx, "field "+shown.Path.String(), err)
	extensions := map[string]any{"code": kind}
	switch kind {
	case fault.Internal:
		message = "an internal fault; the log has its cause under this id"
		extensions["id"] = requestID(ctx)
		s.config.Logger.ErrorContext(ctx, "internal fault", "id", requestID(ctx), "path", shown.Path.String(), "error", err)
	case fault.Unavailable, fault.Timeout:
		s.config.Logger.WarnContext(ctx, "an operation failed", "id", requestID(ctx), "code", kind, "path", shown.Path.String(), "error", err)
		if own == nil && !errors.As(err, &own) {
			message = "the time allowed ran out"
		}
	}
	return &gqlerror.Error{Message: message, Path: shown.Path, Locations: shown.Locations, Extensions: extensions}
}

// recovered makes an error of a panic in a resolver, so that it takes nothing with it but its own field.
func (s *Server) recovered(ctx context.Context, panicked any) error {
	s.config.Logger.ErrorContext(ctx, "a resolver panicked", "id", requestID(ctx), "panic", panicked, "stack", string(debug.Stack()))
	return gqlerror.WrapPath(graphql.GetPath(ctx), fault.Wrap(fault.Internal, fmt.Errorf("panic: %v", panicked), "an internal fault"))
}

// statuses are those of requests that could not be executed, for clients that understand them.
var statuses = map[fault.Kind]int{
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.LimitExceeded:   http.StatusRequestEntityTooLarge,
	fault.Timeout:         http.StatusGatewayTimeout,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Internal:        http.StatusInternalServerError,
}

func statusOf(errs gqlerror.List) int {
	for _, err := range errs {
		// An operation that costs too much is not right as it is; 413 is for bodies.
		if kind, is := err.Extensions["code"].(fault.Kind); is && statuses[kind] != 0 && kind != fault.LimitExceeded {
			return statuses[kind]
		}
	}
	return http.StatusBadRequest
}
