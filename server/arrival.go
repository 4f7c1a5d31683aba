package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"unisono/fault"
)

// arrival is a request for an operation as it came, before anything in it is looked at.
type arrival struct {
	at       time.Time
	accepted string // the media type of the answer
	raw      []byte // by which something is asked: the body, or the query string
	hash     requestHash
}

type arrivalKey struct{}

func arrivalOf(ctx context.Context) *arrival {
	a, _ := ctx.Value(arrivalKey{}).(*arrival)
	return a
}

// arriving reads a request, and answers it at once where its answer is there. Others go on.
func (s *Server) arriving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &arrival{at: graphql.Now(), accepted: acceptable(strings.Join(r.Header["Accept"], ","))}
		if a.accepted == "" {
			writeError(w, mediaJSON, http.StatusNotAcceptable, fault.New(fault.BadUserInput, "nothing that the Accept header names can be sent; there are %s and %s", mediaGraphQL, mediaJSON))
			return
		}
		var status int
		var err error
		if a.raw, status, err = asking(w, r, s.config.Limits.Body); err != nil {
			writeError(w, a.accepted, status, err)
			return
		}
		a.hash = hashOf(r, a.raw)
		if found := s.hot(r, a.hash); found != nil {
			s.deliver(w, r, a.accepted, found)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a)))
	})
}

// asking reads the bytes by which something is asked. The status is that of the error, if any.
func asking(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, int, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return []byte(r.URL.RawQuery), http.StatusOK, nil
	case http.MethodPost:
		if !isJSON(r.Header.Get("Content-Type")) {
			return nil, http.StatusUnsupportedMediaType, fault.New(fault.BadUserInput, "Content-Type: %s is expected, in UTF-8", mediaJSON)
		}
		return readBody(w, r, limit)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		return nil, http.StatusMethodNotAllowed, fault.New(fault.BadUserInput, "%s is not taken here; use GET or POST", r.Method)
	}
}

// isRead says that a method asks by the address: HEAD does as GET, and gets no body.
func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// isJSON says that a Content-Type is JSON in UTF-8.
func isJSON(header string) bool {
	if header == mediaJSON { // as nearly all write it
		return true
	}
	media, params, err := mime.ParseMediaType(header)
	return err == nil && media == mediaJSON && (params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8"))
}

// readBody reads a body up to a limit of bytes. The status is that of the error, if any.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, int, error) {
	body, err := readAll(http.MaxBytesReader(w, r.Body, limit), r.ContentLength)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, fault.New(fault.LimitExceeded, "the body is larger than the %d bytes that are taken", limit)
	case err != nil:
		return nil, http.StatusBadRequest, fault.Wrap(fault.BadUserInput, err, "the body broke off")
	case !utf8.Valid(body):
		return nil, http.StatusBadRequest, fault.New(fault.BadUserInput, "the body is not valid UTF-8")
	default:
		return body, http.StatusOK, nil
	}
}

// believed is up to how many bytes room is made for a body at once because its sender says that it has so many.
const believed = 16 << 10

// readAll reads to the end of what is said to have a length; below zero: nobody knows.
func readAll(from io.Reader, length int64) ([]byte, error) {
	body := bytes.Buffer{}
	if length >= 0 && length <= believed {
		body.Grow(int(length) + bytes.MinRead) // the last of which ReadFrom wants to see that it ends
	}
	_, err := body.ReadFrom(from)
	return body.Bytes(), err
}
