package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	arrived := arrivalOf(r.Context())
	accepted := arrived.accepted
	params, status, err := t.params(r, arrived.raw)
	var hash *textHash
	if err == nil {
		hash, status, err = t.persisted.complete(params)
	}
	if err != nil {
		writeError(w, accepted, status, err)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: arrived.at, End: graphql.Now()}
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
	if isRead(r.Method) && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		writeError(w, accepted, http.StatusMethodNotAllowed, fault.New(fault.BadUserInput, "a %s is not sent by GET; use POST", operation.Operation.Operation))
		return
	}
	d := &delivery{}
	answer, ctx := exec.DispatchOperation(context.WithValue(r.Context(), deliveryKey{}, d), operation)
	response := answer(ctx)
	if d.asked != "" {
		t.server.requests.learn(arrived, operation, d.asked, d.said)
	}
	if d.served != nil {
		t.server.deliver(w, r, accepted, d.served)
		return
	}
	inOrder(response.Errors)
	if operation.Operation.Operation == ast.Mutation {
		t.clock.stamp(w.Header())
	}
	t.write(w, accepted, response)
}

// params reads what is asked. The status is that of the error, if any.
func (transport) params(r *http.Request, raw []byte) (*graphql.RawParams, int, error) {
	if isRead(r.Method) {
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
	if len(response.Errors) == 0 && len(response.Extensions) == 0 && response.Data != nil {
		send(w, media, status, bodyOf(response.Data)) // which is right as it is: the encoder would look at each byte of it
		return
	}
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
	w.Header()["Cache-Control"] = noStore
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
