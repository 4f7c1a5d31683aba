package server

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/access"
	"unisono/catalog"
	"unisono/fault"
	"unisono/loaders"
	"unisono/targeting"
	"unisono/view"
)

// contextExtension settles the reader's context for each operation, and gives it loaders and a time limit. It works around the operation rather than as
// a directive, so that everything that an operation does sees it.
type contextExtension struct{ server *Server }

// ExtensionName names the extension to gqlgen.
func (*contextExtension) ExtensionName() string { return "Context" }

// Validate has nothing to refuse.
func (*contextExtension) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation settles the context and goes on, or answers with what is wrong with it.
func (e *contextExtension) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	config := &e.server.config
	operation := graphql.GetOperationContext(ctx)
	if err := e.server.catchUp(ctx, operation.Headers.Get(timeHeader)); err != nil {
		return graphql.OneShot(&graphql.Response{Errors: graphqlErrors(e.server.present(ctx, err))})
	}
	stale, echo := e.server.staleness(), echoesOf(ctx, operation.Headers)
	m, asked := &making{now: config.Now(), of: map[string]*targeting.Record{}}, ""
	m.isAnew = wantsAnew(operation.Headers)
	client := access.FromContext(ctx)
	if stale == 0 && echo.isEmpty() && operation.Operation.Operation == ast.Query {
		m.trace = &catalog.Trace{}
		if e.server.answers != nil {
			asked, m.basis = askedOf(operation), config.Cache.Begin()
			m.question = questionOf(asked, client)
		}
	}
	snapshot := config.Catalogue.Snapshot()
	of, err := saidBy(operation)
	var reader *view.Reader
	if err == nil {
		reader, err = e.server.reader(ctx, of, operation.Headers, operation.Operation.Operation, snapshot, m)
	}
	if err == nil && operation.Operation.Operation != ast.Mutation { // which reads what it changes
		err = e.server.tooOld(stale)
	}
	if err != nil {
		return graphql.OneShot(&graphql.Response{Errors: graphqlErrors(e.server.present(ctx, err))})
	}
	by := &asker{reader, snapshot}
	d := deliveryOf(ctx)
	if found := e.server.find(m, by, of.left, client); found != nil {
		d.served, d.asked, d.said = found, asked, *of
		return graphql.OneShot(&graphql.Response{})
	}
	ctx = loaders.NewContext(view.NewContext(ctx, reader), loaders.New(config.Products, config.Fragments))
	limit := config.Limits.Operation
	if operation.Operation.Operation == ast.Mutation {
		limit = config.Limits.Mutation
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fault.New(fault.Timeout, "the operation took longer than %s", limit))
	answer := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		response := answer(ctx)
		if response != nil {
			mark(response, stale)
			echo.add(response, reader.Context, m)
			if d.served = e.server.serve(ctx, m, by, of.left, response); d.served != nil && d.served.key != "" {
				d.asked, d.said = asked, *of
			}
		}
		return response
	}
}

// reader gives who reads the answer to an operation that says something of its context, beside headers and key.
func (s *Server) reader(ctx context.Context, of *said, header http.Header, operation ast.Operation, snapshot *catalog.Snapshot, m *making) (*view.Reader, error) {
	client := access.FromContext(ctx)
	asked := &targeting.Asked{
		Directive: of.directive, Extension: of.extension, Header: headerAsk(header), AcceptLanguage: acceptedLanguages(header), Key: client.Defaults,
	}
	catalogOf := func(override string) view.Catalog { return snapshot.Traced(m.trace, override) }
	return view.NewReader(
		view.Reader{
			Definitions: snapshot.Definitions(), Catalog: catalogOf(""), CatalogOf: catalogOf,
			Asking: view.NewAsking(client.Details(), client.May(access.Preview)), Report: s.report,
		},
		func(override *targeting.Ask) (*targeting.Context, error) {
			asked := *asked
			asked.Override = *override
			settled, err := settle(&asked, operation, client, snapshot.Contexts(), m.now)
			if err == nil {
				name, err := override.Canonical()
				return m.recorded(name, settled), err
			}
			if m.isQuiet {
				return nil, err
			}
			if what := snapshot.Contexts().Refused(&asked, client.Grants()); what != "" {
				s.logRefused(ctx, what, "it is there, but not among what the caller may ask for")
			}
			return nil, err
		})
}

// settle settles a context of an operation. While no channel is defined, writes are answered without one.
func settle(asked *targeting.Asked, operation ast.Operation, client *access.Client, contexts *targeting.Resolver, now time.Time) (*targeting.Context, error) {
	if operation != ast.Mutation { // which says itself what it needs
		if err := client.Need(access.Read); err != nil {
			return nil, err
		}
	}
	for _, ask := range []*targeting.Ask{&asked.Override, &asked.Directive, &asked.Extension} {
		if ask.At != nil || ask.Preview != nil && *ask.Preview {
			if err := client.Need(access.Preview); err != nil {
				return nil, err
			}
		}
	}
	if contexts.Empty() && operation == ast.Mutation && asked.Directive.Channel == "" && asked.Extension.Channel == "" {
		return contexts.WithoutChannel(now), nil
	}
	return contexts.Resolve(asked, client.Grants(), now)
}

// saidBy gathers what an operation says of its context.
func saidBy(operation *graphql.OperationContext) (*said, error) {
	of, err := &said{}, error(nil)
	if of.directive, err = directiveAsk(operation); err != nil {
		return nil, err
	}
	if of.extension, err = extensionAsk(operation.Extensions); err != nil {
		return nil, err
	}
	if operation.Operation.Operation == ast.Query {
		of.left = leftBy(operation, of)
	}
	return of, nil
}

// directiveAsk reads @inContext: explicit arguments beat those in with.
func directiveAsk(operation *graphql.OperationContext) (targeting.Ask, error) {
	ask := targeting.Ask{Place: func(argument string) string { return "@inContext(" + argument + ":)" }}
	directive := operation.Operation.Directives.ForName("inContext")
	if directive == nil {
		return ask, nil
	}
	arguments := map[string]any{}
	for _, argument := range directive.Arguments {
		value, err := argument.Value.Value(operation.Variables)
		if err != nil {
			return ask, fault.Wrap(fault.BadUserInput, err, "%s: a number in it has too many digits to be kept exactly: send it as a string", ask.Place(argument.Name))
		}
		arguments[argument.Name] = value
	}
	if with, is := arguments["with"].(map[string]any); is {
		if err := ask.Read(with); err != nil {
			return ask, err
		}
	}
	delete(arguments, "with")
	return ask, ask.Read(arguments)
}

// extensionAsk reads extensions.context, which nothing has validated yet.
func extensionAsk(extensions map[string]any) (targeting.Ask, error) {
	ask := targeting.Ask{Place: func(argument string) string { return "extensions.context." + argument }}
	given, there := extensions["context"]
	if !there || given == nil {
		return ask, nil
	}
	object, is := given.(map[string]any)
	if !is {
		return ask, fault.New(fault.BadUserInput, "extensions.context: an object is expected")
	}
	return ask, ask.Read(object)
}
