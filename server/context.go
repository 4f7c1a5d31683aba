package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
	"unisono/loaders"
	"unisono/resolvers"
	"unisono/scalar"
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
	reader, err := e.reader(ctx, operation)
	if err != nil {
		return graphql.OneShot(&graphql.Response{Errors: graphqlErrors(e.server.present(ctx, err))})
	}
	ctx = loaders.NewContext(view.NewContext(ctx, reader), loaders.New(config.Products, config.Fragments))
	ctx, cancel := context.WithTimeoutCause(ctx, config.Limits.Operation,
		fault.New(fault.Timeout, "the operation took longer than %s", config.Limits.Operation))
	answer := next(ctx)
	echo := strings.EqualFold(operation.Headers.Get("Unisono-Echo"), "context")
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		response := answer(ctx)
		if response != nil && echo {
			if response.Extensions == nil {
				response.Extensions = map[string]any{}
			}
			response.Extensions["context"] = echoed(reader.Context)
		}
		return response
	}
}

func (e *contextExtension) reader(ctx context.Context, operation *graphql.OperationContext) (*view.Reader, error) {
	client := access.FromContext(ctx)
	snapshot := e.server.config.Catalogue.Snapshot()
	settled, err := e.settle(operation, client, snapshot.Contexts())
	if err != nil {
		return nil, err
	}
	return &view.Reader{Context: settled, Definitions: snapshot.Definitions(), Catalog: snapshot, Details: client.Details(), Candidates: client.May(access.Preview)}, nil
}

func (e *contextExtension) settle(operation *graphql.OperationContext, client *access.Client, contexts *targeting.Resolver) (*targeting.Context, error) {
	now := e.server.config.Now()
	asked, err := askedBy(operation)
	if err != nil {
		return nil, err
	}
	asked.Key = client.Defaults
	for _, ask := range []*targeting.Ask{&asked.Directive, &asked.Extension} {
		if ask.At != nil || ask.Preview != nil && *ask.Preview {
			if err := client.Need(access.Preview); err != nil {
				return nil, err
			}
		}
	}
	if contexts.Empty() && operation.Operation.Operation == "mutation" && asked.Directive.Channel == "" && asked.Extension.Channel == "" {
		return contexts.WithoutChannel(now), nil
	}
	return contexts.Resolve(asked, resolvers.Grants(client), now)
}

// askedBy gathers what a request says of its context.
func askedBy(operation *graphql.OperationContext) (*targeting.Asked, error) {
	asked := &targeting.Asked{
		Header:         headerAsk(operation.Headers),
		AcceptLanguage: strings.Join(operation.Headers.Values("Accept-Language"), ","),
	}
	var err error
	if asked.Directive, err = directiveAsk(operation); err != nil {
		return nil, err
	}
	asked.Extension, err = extensionAsk(operation.Extensions)
	return asked, err
}

func headerAsk(header http.Header) targeting.Ask {
	return targeting.Ask{
		Place:    func(argument string) string { return "header Unisono-" + strings.ToUpper(argument[:1]) + argument[1:] },
		Channel:  header.Get("Unisono-Channel"),
		Audience: header.Get("Unisono-Audience"),
		Market:   header.Get("Unisono-Market"),
		Device:   content.Device(header.Get("Unisono-Device")),
		Moment:   content.Moment(header.Get("Unisono-Moment")),
	}
}

// directiveAsk reads @inContext: explicit arguments beat those in with.
func directiveAsk(operation *graphql.OperationContext) (targeting.Ask, error) {
	ask := targeting.Ask{Place: func(argument string) string { return "@inContext(" + argument + ":)" }}
	directive := operation.Operation.Directives.ForName("inContext")
	if directive == nil {
		return ask, nil
	}
	arguments := directive.ArgumentMap(operation.Variables)
	if with, is := arguments["with"].(map[string]any); is {
		if err := fill(&ask, with); err != nil {
			return ask, err
		}
	}
	delete(arguments, "with")
	return ask, fill(&ask, arguments)
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
	return ask, fill(&ask, object)
}

// arguments lists what a context can be given, for messages.
const arguments = "channel, audience, locale, market, device, moment, medium, publication, format, traits, at, preview"

// fill takes the arguments of a context into an Ask. Null equals leaving out.
func fill(ask *targeting.Ask, given map[string]any) error {
	texts := map[string]*string{
		"channel": &ask.Channel, "audience": &ask.Audience, "locale": &ask.Locale, "market": &ask.Market,
		"device": (*string)(&ask.Device), "moment": (*string)(&ask.Moment), "medium": (*string)(&ask.Medium),
		"publication": (*string)(&ask.Publication), "format": (*string)(&ask.Format),
	}
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := given[name]
		if value == nil {
			continue
		}
		switch into := texts[name]; {
		case into != nil:
			text, is := word(value)
			if !is || text == "" {
				return fault.New(fault.BadUserInput, "%s: a string that is not empty is expected", ask.Place(name))
			}
			*into = text
		case name == "at":
			at, err := pointInTime(value)
			if err != nil {
				return fault.New(fault.BadUserInput, "%s: %v", ask.Place(name), err)
			}
			ask.At = &at
		case name == "preview":
			preview, is := value.(bool)
			if !is {
				return fault.New(fault.BadUserInput, "%s: true or false is expected", ask.Place(name))
			}
			ask.Preview = &preview
		case name == "traits":
			traits, err := readTraits(value)
			if err != nil {
				return fault.New(fault.BadUserInput, "%s: %v", ask.Place(name), err)
			}
			ask.Traits = traits
		default:
			return fault.New(fault.BadUserInput, "%s: there is no such part of a context; there are %s", ask.Place(fmt.Sprintf("%.40s", name)), arguments)
		}
	}
	return nil
}

// maxTraits bounds what a caller may say of a reader, as JSON.
const maxTraits = 16 << 10

func readTraits(given any) (map[string]any, error) {
	object, is := given.(map[string]any)
	if !is {
		return nil, errors.New("an object is expected")
	}
	written, err := json.Marshal(object)
	if err != nil || len(written) > maxTraits {
		return nil, fmt.Errorf("it has %d bytes as JSON; at most %d are expected", len(written), maxTraits)
	}
	value, err := scalar.UnmarshalJSON(given)
	if err != nil {
		return nil, errors.New(fault.Public(err))
	}
	traits, _ := value.Any().(map[string]any)
	return traits, nil
}

// word gives a string, or a number as an ID may be written.
func word(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case int64:
		return fmt.Sprint(value), true
	default:
		return "", false
	}
}

func pointInTime(value any) (time.Time, error) {
	text, _ := value.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("%.40q is no time; one with an offset is expected, such as 2026-03-01T08:00:00+01:00", text)
	}
	return at, nil
}

// echoed is the context as a request that asks for it gets it back.
func echoed(c *targeting.Context) map[string]any {
	origins := map[string]any{}
	for _, origin := range c.Origins {
		origins[strings.ToLower(string(origin.Dimension))] = origin.Source
	}
	said := map[string]any{
		"channel": c.Channel.Key, "audience": c.Audience.Key, "locale": c.Locale, "localeChain": c.Chain,
		"at": c.At.UTC().Format(time.RFC3339Nano), "preview": c.Preview, "origins": origins,
	}
	for name, value := range map[string]string{
		"market": c.Market, "device": string(c.Device), "moment": string(c.Moment), "medium": string(c.Medium),
		"publication": string(c.Publication), "format": string(c.Format),
	} {
		if value != "" {
			said[name] = value
		}
	}
	return said
}
