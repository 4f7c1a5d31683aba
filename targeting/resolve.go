package targeting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/rule"
)

// Asked is all that a request says of its context.
type Asked struct {
	Override       Ask // of view(context:) and in(context:)
	Directive      Ask
	Extension      Ask
	Header         Ask
	AcceptLanguage string            // negotiated against the channel's locales, never refused
	Key            *content.Defaults // of the client's API key, or nil
}

// Grants is what the caller may ask for. Each list is exact; an empty one, or [Open] in one, stands for all that is open to everybody.
type Grants struct {
	Channels  []string // open are those that are not restricted
	Audiences []string // so too
	Markets   []string // all are open
	All       bool     // every channel, audience and market
}

// Open stands, in a list of what a caller may ask for, for all that is open to everybody.
const Open = content.Every

// Channel says whether the caller may ask for a channel.
func (g *Grants) Channel(channel *content.Channel) bool {
	return g.All || content.MayAsk(g.Channels, channel.Key, channel.Restricted)
}

// Audience says whether the caller may ask for an audience.
func (g *Grants) Audience(audience *content.Audience) bool {
	return g.All || content.MayAsk(g.Audiences, audience.Key, audience.Restricted)
}

// Market says whether the caller may ask for a market.
func (g *Grants) Market(market string) bool { return g.All || content.MayAsk(g.Markets, market, false) }

// LimitsMarkets says that there are markets that the caller may not ask for.
func (g *Grants) LimitsMarkets() bool { return !g.All && limits(g.Markets) }

// Config is what the gateway was told of contexts.
type Config struct {
	DefaultChannel  string      // "" where the request must name one, unless there is only one
	DefaultAudience string      // "" where the request must name one, unless there is only one that is not restricted
	DefaultLocale   locale.Tag  // where there is no channel yet; "" is en
	Rules           *rule.Cache // compiles each rule once; nil: each is compiled anew each time
}

// Public is the audience that everybody is in where a database defines no audience that is open to everybody.
var Public = &content.Audience{Key: "public", Name: content.Localized{"en": "Public"}}

// Resolver settles contexts for one state of the definitions. It is safe for concurrent use.
type Resolver struct {
	config      Config
	definitions *content.Definitions
	channels    map[string]*channel
}

// channel is a channel with what its locales need made ready.
type channel struct {
	*content.Channel
	fallbacks  locale.Fallbacks
	negotiator *locale.Negotiator
	formatters map[locale.Tag]func() *locale.Formatter // of the locales that it serves, each made when it is first needed
}

// NewResolver makes ready what the definitions say. A channel whose locales are not right (another program wrote it) is left out and
// reported in the error, beside a resolver that works for the others.
func NewResolver(definitions *content.Definitions, config Config) (*Resolver, error) {
	r := &Resolver{config: config, definitions: definitions, channels: make(map[string]*channel, len(definitions.Channels))}
	problems := fault.Problems{}
	for _, key := range slices.Sorted(maps.Keys(definitions.Channels)) {
		definition := definitions.Channels[key]
		lists := make([]locale.Fallback, len(definition.Fallbacks))
		for i, fallback := range definition.Fallbacks {
			lists[i] = locale.Fallback{Locale: fallback.Locale, Market: fallback.Market, Chain: fallback.Chain}
		}
		fallbacks, err := locale.NewFallbacks(lists...)
		if err != nil {
			problems.Add(fault.Place{"channel", key, "fallbacks"}, fault.Invalid, err.Error())
			continue
		}
		supported := []locale.Tag{definition.DefaultLocale}
		for _, tag := range definition.Locales {
			if !slices.Contains(supported, tag) {
				supported = append(supported, tag)
			}
		}
		formatters := make(map[locale.Tag]func() *locale.Formatter, len(supported))
		for _, tag := range supported {
			formatters[tag] = sync.OnceValue(func() *locale.Formatter { return locale.NewFormatter(tag) })
		}
		r.channels[key] = &channel{definition, fallbacks, locale.NewNegotiator(supported), formatters}
	}
	return r, problems.Err()
}

// Channels gives the channels that a caller may ask for, by key.
func (r *Resolver) Channels(grants Grants) []*content.Channel {
	channels := []*content.Channel{}
	for _, key := range slices.Sorted(maps.Keys(r.channels)) {
		if channel := r.channels[key].Channel; grants.Channel(channel) {
			channels = append(channels, channel)
		}
	}
	return channels
}

// Chain gives the languages that are tried in a channel for a reader of a language in no market; nil where there is no such channel.
func (r *Resolver) Chain(key string, tag locale.Tag) []locale.Tag {
	channel := r.channels[key]
	if channel == nil {
		return nil
	}
	return locale.Chain(tag, "", channel.fallbacks, channel.DefaultLocale)
}

// Audiences gives the audiences that a caller may ask for, by key. Where no audience is open to everybody, there is [Public] besides.
func (r *Resolver) Audiences(grants Grants) []*content.Audience {
	audiences, open := []*content.Audience{}, false
	for _, key := range slices.Sorted(maps.Keys(r.definitions.Audiences)) {
		audience := r.definitions.Audiences[key]
		open = open || !audience.Restricted
		if grants.Audience(audience) {
			audiences = append(audiences, audience)
		}
	}
	if !open && grants.Audience(Public) {
		audiences = append([]*content.Audience{Public}, audiences...)
	}
	return audiences
}

// Resolve settles the context of one operation: each dimension from the first source that says it. The error is a
// [fault.Error] of kind BadUserInput that names the argument and lists what would be right; what a caller may not ask for is treated as
// what is not there.
func (r *Resolver) Resolve(asked *Asked, grants Grants, now time.Time) (*Context, error) {
	s := &settling{resolver: r, grants: grants, asked: asked, context: &Context{is: Situation{At: now}}}
	if !grants.All {
		s.context.beyond = func(variant *content.Variant) bool { return r.beyond(&grants, variant.When) }
	}
	s.sources = []source{{&asked.Override, FromArgument}, {&asked.Directive, FromDirective}, {&asked.Extension, FromExtension}, {&asked.Header, FromHeader}}
	if asked.Key != nil {
		s.sources = append(s.sources, source{askOf(asked.Key, "the API key's default "), FromKey})
	}
	for _, step := range []func() error{s.channel, s.audience, s.market, s.words, s.locale, s.time, s.traits} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.context.is.Origins, func(a, b Origin) int {
		return cmp.Compare(slices.Index(dimensions, a.Dimension), slices.Index(dimensions, b.Dimension))
	})
	return s.context, nil
}

// dimensions are those whose value has an origin, in the order in which origins stand.
var dimensions = []Dimension{
	DimensionChannel, DimensionAudience, DimensionLocale, DimensionMarket, DimensionDevice, DimensionMoment, DimensionMedium,
	DimensionPublication, DimensionFormat, DimensionTime,
}

// WithoutChannel is the context in which a write is answered while no channel is defined yet: it shows what is not scoped.
func (r *Resolver) WithoutChannel(now time.Time) *Context {
	tag := r.config.DefaultLocale
	if tag == "" {
		tag = "en"
	}
	c := NewContext(Situation{Channel: &content.Channel{DefaultLocale: tag}, Audience: Public, Locale: tag, Chain: []locale.Tag{tag}, At: now})
	c.rules = r.config.Rules
	return c
}

// Empty says that no channel is defined.
func (r *Resolver) Empty() bool { return len(r.channels) == 0 }

func askOf(defaults *content.Defaults, place string) *Ask {
	return &Ask{
		Place:   func(argument string) string { return place + argument },
		Channel: defaults.Channel, Audience: defaults.Audience, Locale: string(defaults.Locale), Market: defaults.Market,
		Device: defaults.Device, Moment: defaults.Moment, Medium: defaults.Medium,
		Publication: defaults.Publication, Format: defaults.Format,
	}
}

// bad is the error for a value that a source must not have.
func bad(ask *Ask, argument, format string, args ...any) error {
	return fault.New(fault.BadUserInput, "%s: %s", ask.Place(argument), fmt.Sprintf(format, args...))
}

func joined[T any](items []*T, key func(*T) string) string {
	keys := make([]string, len(items))
	for i, item := range items {
		keys[i] = key(item)
	}
	return strings.Join(keys, ", ")
}
