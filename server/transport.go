package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"unisono/fault"
)

// transport is GraphQL over HTTP by GET and POST, as in the GraphQL over HTTP draft (2025). It is our own because gqlgen's reads bodies without
// a bound and answers some errors with statuses that clients stumble over.
type transport struct {
	server    *Server
	limit     int64 // bytes of a body
	clock     clock
	persisted persisted
}

// The media types that an answer can have. The newer one tells a request that failed from one that was answered by its status.
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// Supports takes every request: what cannot be answered gets an error, not another transport.
func (transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accepted := acceptable(r.Header.Get("Accept"))
	if accepted == "" {
		writeError(w, mediaJSON, http.StatusNotAcceptable, fault.New(fault.BadUserInput, "nothing that the Accept header names can be sent; there are %s and %s", mediaGraphQL, mediaJSON))
		return
	}
	start := graphql.Now()
	raw, status, err := t.raw(w, r)
	if err != nil {
		writeError(w, accepted, status, err)
		return
	}
	whole := hashOf(r.Method, raw)
	if found := t.server.hot(r, whole); found != nil {
		send(w, accepted, http.StatusOK, found.body)
		return
	}
	params, status, err := t.params(r, raw)
	var hash *textHash
	if err == nil {
		hash, status, err = t.persisted.complete(params)
	}
	if err != nil {
		writeError(w, accepted, status, err)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	operation, errs := exec.CreateOperationContext(r.Context(), params)
	if len(errs) > 0 {
		ctx := r.Context()
		if operation != nil {
			ctx = graphql.WithOperationContext(ctx, operation)
		}
		t.write(w, accepted, exec.DispatchError(ctx, told(errs)))
		return
	}
	if hash != nil {
		t.persisted.keep(*hash, params.Query)
	}
	note(r.Context(), operation)
	if r.Method == http.MethodGet && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		writeError(w, accepted, http.StatusMethodNotAllowed, fault.New(fault.BadUserInput, "a %s is not sent by GET; use POST", operation.Operation.Operation))
		return
	}
	d := &delivery{}
	answer, ctx := exec.DispatchOperation(context.WithValue(r.Context(), deliveryKey{}, d), operation)
	response := answer(ctx)
	if d.asked != "" {
		t.server.requests.learn(whole, len(raw), operation, d.asked, d.said)
	}
	if d.found != nil {
		send(w, accepted, http.StatusOK, d.found.body)
		return
	}
	inOrder(response.Errors)
	if operation.Operation.Operation == ast.Mutation {
		t.clock.stamp(w.Header())
	}
	t.write(w, accepted, response)
}

// raw reads the bytes by which something is asked: the body, or the query string. The status is that of the error, if any.
func (t transport) raw(w http.ResponseWriter, r *http.Request) ([]byte, int, error) {
	switch r.Method {
	case http.MethodGet:
		return []byte(r.URL.RawQuery), http.StatusOK, nil
	case http.MethodPost:
		if media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaJSON ||
			params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
			return nil, http.StatusUnsupportedMediaType, fault.New(fault.BadUserInput, "Content-Type: %s is expected, in UTF-8", mediaJSON)
		}
		return readBody(w, r, t.limit)
	default:
		w.Header().Set("Allow", "GET, POST")
		return nil, http.StatusMethodNotAllowed, fault.New(fault.BadUserInput, "%s is not taken here; use GET or POST", r.Method)
	}
}

// params reads what is asked. The status is that of the error, if any.
func (transport) params(r *http.Request, raw []byte) (*graphql.RawParams, int, error) {
	if r.Method == http.MethodGet {
		params, err := fromURL(r)
		return params, http.StatusBadRequest, err
	}
	return fromBody(raw)
}

func fromURL(r *http.Request) (*graphql.RawParams, error) {
	query := r.URL.Query()
	// The text may be kept, and as a part of the address it would keep all of it, which may be a megabyte.
	params := &graphql.RawParams{Query: strings.Clone(query.Get("query")), OperationName: query.Get("operationName")}
	if !utf8.ValidString(params.Query) {
		return nil, fault.New(fault.BadUserInput, "query: it is not valid UTF-8")
	}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		if err := decodeJSON([]byte(text), into); err != nil {
			return nil, fault.Wrap(fault.BadUserInput, err, "%s: a JSON object is expected", name)
		}
	}
	return params, nil
}

func fromBody(body []byte) (*graphql.RawParams, int, error) {
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return nil, http.StatusBadRequest, fault.New(fault.BadUserInput, "the body is not right: one operation is expected, as a JSON object with query, not a list of them")
	}
	// null equals leaving out, which pointers and maps tell apart from other values.
	request := struct {
		Query         *string        `json:"query"`
		OperationName *string        `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}{}
	if err := decodeJSON(body, &request); err != nil {
		return nil, http.StatusBadRequest, fault.Wrap(fault.BadUserInput, err,
			"the body is not right: a JSON object with query, and if need be operationName, variables and extensions, is expected (%s)", jsonMistake(err))
	}
	params := &graphql.RawParams{Variables: request.Variables, Extensions: request.Extensions}
	if request.Query != nil {
		params.Query = *request.Query
	}
	if request.OperationName != nil {
		params.OperationName = *request.OperationName
	}
	return params, http.StatusOK, nil
}

// readBody reads a body up to a limit of bytes. The status is that of the error, if any.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, int, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
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

func decodeJSON(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more stands behind it")
	}
	return nil
}

// jsonMistake says in public words what is wrong with JSON.
func jsonMistake(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("not JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return strings.TrimPrefix(kind.Field+": ", ": ") + "a JSON " + kind.Value + " is not right here"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it breaks off"
	default:
		return "not JSON"
	}
}

func (t transport) write(w http.ResponseWriter, accepted string, response *graphql.Response) {
	status := http.StatusOK
	if response.Data == nil && accepted == mediaGraphQL {
		status = statusOf(response.Errors)
	}
	if mark, is := response.Extensions["stale"].(staleMark); is {
		w.Header().Set("Age", strconv.Itoa(mark.Age))
	}
	writeAnswer(w, accepted, status, response)
}

// writeAnswer writes an answer. An answer to a request that could not be executed has no data, not even null.
func writeAnswer(w http.ResponseWriter, media string, status int, response *graphql.Response) {
	answer := struct {
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{response.Errors, response.Data, response.Extensions}
	body := bytes.Buffer{}
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		http.Error(w, `{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}`, http.StatusInternalServerError)
		return
	}
	send(w, media, status, bytes.TrimRight(body.Bytes(), "\n"))
}

// send sends an answer.
func send(w http.ResponseWriter, media string, status int, body []byte) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store") // an answer is for one reader, and nothing here says yet for how long
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// writeError answers a request that does not come so far as to be executed.
func writeError(w http.ResponseWriter, media string, status int, err error) {
	writeAnswer(w, media, status, &graphql.Response{Errors: graphqlErrors(&gqlerror.Error{
		Message: fault.Public(err), Extensions: map[string]any{"code": fault.KindOf(err)},
	})})
}

func graphqlErrors(errs ...*gqlerror.Error) gqlerror.List { return errs }
