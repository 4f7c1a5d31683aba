package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"unisono/access"
	"unisono/targeting"
)

// echoes are what a request wants to know of how it was answered, beside the answer: `Unisono-Echo: context, vary`.
type echoes struct {
	context bool
	vary    bool
}

// isEmpty says that nothing is wanted.
func (e *echoes) isEmpty() bool { return !e.context && !e.vary }

// echoesOf reads what is wanted. What the answer varies by tells that there is something for others, so it is for those alone from whom nothing is hidden.
func echoesOf(ctx context.Context, header http.Header) echoes {
	wanted := echoes{}
	for name := range strings.SplitSeq(header.Get("Unisono-Echo"), ",") {
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, "context"):
			wanted.context = true
		case strings.EqualFold(name, "vary") && isShownAll(access.FromContext(ctx)):
			wanted.vary = true
		}
	}
	return wanted
}

// isShownAll says that nothing is for others than a client.
func isShownAll(client *access.Client) bool { return client.May(access.Preview) && client.Grants().All }

// add adds what was wanted to the answer.
func (e *echoes) add(response *graphql.Response, c *targeting.Context, m *making) {
	if e.context {
		situation := c.Situation()
		extend(response, "context", echoed(&situation))
	}
	if e.vary {
		all := m.all()
		varied := map[string]any{"consulted": all.Consulted(), "until": nil}
		if until := m.reads().Until(); !until.IsZero() {
			varied["until"] = until
		}
		extend(response, "vary", varied)
	}
}

// echoed is the context as a request that asks for it gets it back.
func echoed(c *targeting.Situation) map[string]any {
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
