package server

import (
	"net/http"
	"slices"
	"strings"

	"unisono/content"
	"unisono/targeting"
)

// contextHeader is a request header that says something of the context.
type contextHeader struct {
	name      string // as net/http writes it
	dimension targeting.Dimension
	say       func(ask *targeting.Ask, value string) // nil: it is negotiated, and says nothing by itself
}

// contextHeaders are all that there are: none is read but through here. So a request that comes again is known by all of them, and what is kept on its way is told of all of them.
var contextHeaders = []contextHeader{
	{"Accept-Language", targeting.DimensionLocale, nil},
	{"Unisono-Audience", targeting.DimensionAudience, func(a *targeting.Ask, value string) { a.Audience = value }},
	{"Unisono-Channel", targeting.DimensionChannel, func(a *targeting.Ask, value string) { a.Channel = value }},
	{"Unisono-Device", targeting.DimensionDevice, func(a *targeting.Ask, value string) { a.Device = content.Device(value) }},
	{"Unisono-Market", targeting.DimensionMarket, func(a *targeting.Ask, value string) { a.Market = value }},
	{"Unisono-Moment", targeting.DimensionMoment, func(a *targeting.Ask, value string) { a.Moment = content.Moment(value) }},
}

// headerAsk gives what headers say.
func headerAsk(header http.Header) targeting.Ask {
	ask := targeting.Ask{Place: func(argument string) string { return "header Unisono-" + strings.ToUpper(argument[:1]) + argument[1:] }}
	for i := range contextHeaders {
		if one := &contextHeaders[i]; one.say != nil {
			one.say(&ask, header.Get(one.name))
		}
	}
	return ask
}

// acceptedLanguages gives what headers say of languages, all lines as one.
func acceptedLanguages(header http.Header) string {
	return strings.Join(header["Accept-Language"], ",")
}

// headers is a set of these, a bit for each in their order.
type headers uint8

// headerOf gives the header that can supply a dimension; none where none can.
func headerOf(dimension targeting.Dimension) headers {
	at := slices.IndexFunc(contextHeaders, func(one contextHeader) bool { return one.dimension == dimension })
	if at < 0 {
		return 0
	}
	return 1 << at
}

func (h headers) names() []string {
	names := []string{}
	for i := range contextHeaders {
		if h&(1<<i) != 0 {
			names = append(names, contextHeaders[i].name)
		}
	}
	return names
}

// DependsOn gives the request headers that an answer can depend on, as net/http writes them.
func DependsOn() []string { return append(allHeaders.names(), "Authorization", "Origin") }

const allHeaders headers = 1<<6 - 1
