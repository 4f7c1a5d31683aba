package store

import (
	"context"
	"errors"
	"io"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/auth"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"unisono/fault"
)

// Codes of MongoDB's errors that are told apart.
const (
	codeUnauthorized    = 13
	codeLoginFailed     = 18
	codeNamespaceExists = 48
	codeNoCommand       = 59
	codeInvalidDocument = 121
)

// codesUnavailable are those of a server that steps down, starts or stops: another try later is right.
var codesUnavailable = []int{
	6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, codeUnauthorized, codeLoginFailed,
}

// codesTooLarge are those of a document above the database's limit of 16 MiB.
var codesTooLarge = []int{10334, 17419, 17420}

// translate gives a driver's error its kind and words that callers may see; what says what was attempted. Nil stays nil,
// and so does a fault.
func translate(err error, doing string) error {
	var known *fault.Error
	var selection topology.ServerSelectionError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case isGivenUp(err):
		return fault.Wrap(fault.Timeout, err, "The request was given up before it could %s.", doing)
	case errors.As(err, &selection), errors.Is(err, mongo.ErrClientDisconnected):
		return fault.Wrap(fault.Unavailable, err, "The database does not answer; could not %s.", doing)
	case mongo.IsTimeout(err):
		return fault.Wrap(fault.Timeout, err, "The time allowed ran out; could not %s.", doing)
	case mongo.IsNetworkError(err), isConnectionLost(err), isLoginRefusal(err), hasCode(err, codesUnavailable...):
		return fault.Wrap(fault.Unavailable, err, "The database does not answer; could not %s.", doing)
	case mongo.IsDuplicateKeyError(err):
		return fault.Wrap(fault.Conflict, err, "Another write came first; could not %s.", doing)
	case hasCode(err, codesTooLarge...) || strings.Contains(err.Error(), "document too large"):
		return fault.Wrap(fault.LimitExceeded, err, "A document is larger than the database takes; could not %s.", doing)
	case isRefusedContent(err):
		return fault.Wrap(fault.BadUserInput, err, "The database does not take this content (lists directly in lists, and names with a dot or a leading $, are beyond some); could not %s.", doing)
	default:
		return fault.Wrap(fault.Internal, err, "The database failed; could not %s.", doing)
	}
}

// isGivenUp says that the caller ended the call, rather than a limit or the driver's search for a server.
func isGivenUp(err error) bool {
	var selection topology.ServerSelectionError
	return errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &selection)
}

// isConnectionLost says that the connection broke, or that the pool was emptied because another's broke; the driver gives the latter no
// label, but says that it may be tried again.
func isConnectionLost(err error) bool {
	var connection topology.ConnectionError
	var again interface{ Retryable() bool }
	return errors.As(err, &connection) || errors.As(err, &again) && again.Retryable() || errors.Is(err, io.EOF)
}

func hasCode(err error, codes ...int) bool {
	for _, got := range mongo.ErrorCodes(err) {
		for _, code := range codes {
			if got == code {
				return true
			}
		}
	}
	return false
}

// isLoginRefusal says that the server does not know the user or the password. A call that finds the pool just emptied by
// another's refusal has that only in its words.
func isLoginRefusal(err error) bool {
	var refused *auth.Error
	return errors.As(err, &refused) || hasCode(err, codeLoginFailed) || strings.Contains(err.Error(), "auth error: ")
}

// isVersionRefusal says that the driver itself will not speak with a server of this version. It has no type for that.
func isVersionRefusal(err error) bool {
	return strings.Contains(err.Error(), "wire version")
}

// isRefusedContent says that the database will not hold what a document says: its validator, or FerretDB's own rules.
func isRefusedContent(err error) bool {
	if hasCode(err, codeInvalidDocument) {
		return true
	}
	words := err.Error()
	return strings.Contains(words, "nested arrays are not supported") || strings.Contains(words, "invalid key: ") ||
		strings.Contains(words, "infinity values are not allowed")
}
