// Package fault says what can go wrong in words that are safe to show.
//
// An [Error] has a kind, which decides the code and status that a caller sees, a message written for that caller, and
// a cause that only the log sees. [Problems] is for content that was handed in and is not right: each problem names
// its place. Nothing here knows GraphQL, HTTP or a database; the server maps kinds to codes in one table.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind is the class of a fault; it is also the code that callers see in extensions.code.
type Kind string

// The kinds of fault that a caller may be shown.
const (
	BadUserInput    Kind = "BAD_USER_INPUT"  // the request is wrong; repeating it unchanged is no use
	Unauthenticated Kind = "UNAUTHENTICATED" // nobody known is asking, and this needs somebody known
	Forbidden       Kind = "FORBIDDEN"       // somebody known is asking, and may not
	Conflict        Kind = "CONFLICT"        // another write came first
	LimitExceeded   Kind = "LIMIT_EXCEEDED"  // the request is larger than this gateway takes
	Timeout         Kind = "TIMEOUT"         // the time allowed ran out
	Unavailable     Kind = "UNAVAILABLE"     // something that is needed, mostly the database, does not answer
	Internal        Kind = "INTERNAL"        // a fault of ours; the log has the cause
)

// Error is a fault with a message for the caller and a cause for the log.
type Error struct {
	Kind    Kind
	Message string // shown to the caller: no inner detail
	cause   error
}

// New makes a fault of a kind with a message for the caller.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap is New with a cause, which errors.Is and errors.As find and which only the log shows.
func Wrap(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), cause: cause}
}

// Error gives the message and the cause: it is for logs. Callers are shown Message alone.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.cause.Error()
}

// Unwrap gives the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// KindOf gives the kind of the first Error in err's chain; a passed deadline is Timeout, whatever else is Internal.
func KindOf(err error) Kind {
	var fault *Error
	switch {
	case errors.As(err, &fault):
		return fault.Kind
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Timeout
	default:
		return Internal
	}
}

// Public gives the message that may be shown of an error: that of the first Error in its chain, or of Problems. Of any other error
// it says nothing but that there was one.
func Public(err error) string {
	var fault *Error
	var problems Problems
	switch {
	case errors.As(err, &fault):
		return fault.Message
	case errors.As(err, &problems):
		return problems.Error()
	default:
		return "something went wrong"
	}
}
