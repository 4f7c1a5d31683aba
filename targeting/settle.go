package targeting

import (
	"slices"
	"strings"
	"sync"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
)

// settling is the work on one context.
type settling struct {
	resolver *Resolver
	grants   Grants
	asked    *Asked
	sources  []source // the one that beats the others first
	channels *channel
	context  *Context
}

type source struct {
	ask  *Ask
	from Source
}

func (s *settling) origin(dimension Dimension, from Source) {
	s.context.is.Origins = append(s.context.is.Origins, Origin{dimension, from})
}

// first gives the first source that says something, or nil.
func (s *settling) first(says func(*Ask) bool) *source {
	for i := range s.sources {
		if says(s.sources[i].ask) {
			return &s.sources[i]
		}
	}
	return nil
}

func (s *settling) channel() error {
	open := s.resolver.Channels(s.grants)
	key, from := s.resolver.config.DefaultChannel, FromConfiguration
	if limits(s.grants.Channels) && !slices.ContainsFunc(open, func(c *content.Channel) bool { return c.Key == key }) {
		key = "" // what holds where nothing is said is not for this caller
	}
	named := s.first(func(a *Ask) bool { return a.Channel != "" })
	switch {
	case named != nil:
		key, from = named.ask.Channel, named.from
	case key == "" && len(open) == 1:
		key = open[0].Key
	case key == "" && len(open) == 0:
		return fault.New(fault.BadUserInput, "there is no channel that you may ask for yet; channels are made by upsertDefinitions or an import")
	case key == "":
		return fault.New(fault.BadUserInput, "no channel was named: give @inContext(channel:), the header Unisono-Channel or extensions.context.channel one of: %s",
			joined(open, func(c *content.Channel) string { return c.Key }))
	}
	if !slices.ContainsFunc(open, func(c *content.Channel) bool { return c.Key == key }) {
		ask := &Ask{Place: func(string) string { return "the configured default channel" }}
		if named != nil {
			ask = named.ask
		}
		return bad(ask, "channel", "there is no channel %.100q; there are: %s", key, joined(open, func(c *content.Channel) string { return c.Key }))
	}
	s.channels = s.resolver.channels[key]
	s.context.is.Channel = s.channels.Channel
	s.origin(DimensionChannel, from)
	if defaults := s.context.is.Channel.Defaults; defaults != nil {
		s.sources = append(s.sources, source{askOf(defaults, "the channel's default "), FromChannel})
	}
	return nil
}

// limits says that a list of what a caller may ask for is narrower than what is open to everybody.
func limits(list []string) bool { return len(list) > 0 && !slices.Contains(list, Open) }

func (s *settling) audience() error {
	open := s.resolver.Audiences(s.grants)
	key, from := s.resolver.config.DefaultAudience, FromConfiguration
	is := func(a *content.Audience) bool { return a.Key == key }
	if limits(s.grants.Audiences) && !slices.ContainsFunc(open, is) || slices.ContainsFunc(open, isPublic) {
		key = ""
	}
	named := s.first(func(a *Ask) bool { return a.Audience != "" })
	unrestricted := slices.DeleteFunc(slices.Clone(open), func(a *content.Audience) bool { return a.Restricted })
	switch {
	case named != nil:
		key, from = named.ask.Audience, named.from
	case key == "" && len(open) == 1:
		key = open[0].Key
	case key == "" && len(unrestricted) == 1:
		key = unrestricted[0].Key
	case key == "":
		return fault.New(fault.BadUserInput, "no audience was named: give @inContext(audience:), the header Unisono-Audience or extensions.context.audience one of: %s",
			joined(open, func(a *content.Audience) string { return a.Key }))
	}
	at := slices.IndexFunc(open, is)
	if at < 0 {
		ask := &Ask{Place: func(string) string { return "the configured default audience" }}
		if named != nil {
			ask = named.ask
		}
		return bad(ask, "audience", "there is no audience %.100q; there are: %s", key, joined(open, func(a *content.Audience) string { return a.Key }))
	}
	s.context.is.Audience = open[at]
	s.origin(DimensionAudience, from)
	return nil
}

func isPublic(a *content.Audience) bool { return a == Public }

func (s *settling) market() error {
	named := s.first(func(a *Ask) bool { return a.Market != "" })
	if named == nil {
		return nil
	}
	if !content.IsCountryCode(named.ask.Market) {
		return bad(named.ask, "market", "%.40q is no country code; two capital letters are expected, such as DK", named.ask.Market)
	}
	if !s.grants.Market(named.ask.Market) {
		if named.from == FromChannel {
			return nil // what holds where nothing is said is not for this caller
		}
		return bad(named.ask, "market", "there is no market %s for you; there are: %s", named.ask.Market, strings.Join(s.grants.Markets, ", "))
	}
	s.context.is.Market = named.ask.Market
	s.origin(DimensionMarket, named.from)
	return nil
}

// words settles the dimensions with a closed vocabulary.
func (s *settling) words() error {
	c := s.context
	for _, step := range []func() error{
		func() error {
			return word(s, DimensionDevice, "device", &c.is.Device, content.Devices(), func(a *Ask) content.Device { return a.Device })
		},
		func() error {
			return word(s, DimensionMoment, "moment", &c.is.Moment, content.Moments(), func(a *Ask) content.Moment { return a.Moment })
		},
		func() error {
			return word(s, DimensionMedium, "medium", &c.is.Medium, content.Mediums(), func(a *Ask) content.Medium { return a.Medium })
		},
		func() error {
			return word(s, DimensionPublication, "publication", &c.is.Publication, content.Publications(), func(a *Ask) content.PublicationKind { return a.Publication })
		},
		func() error {
			return word(s, DimensionFormat, "format", &c.is.Format, content.Formats(), func(a *Ask) content.Format { return a.Format })
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func word[E ~string](s *settling, dimension Dimension, argument string, into *E, words []E, of func(*Ask) E) error {
	named := s.first(func(a *Ask) bool { return of(a) != "" })
	if named == nil {
		return nil
	}
	value := of(named.ask)
	if !slices.Contains(words, value) {
		return bad(named.ask, argument, "%.40q is not one of %s", value, content.List(words))
	}
	*into = value
	s.origin(dimension, named.from)
	return nil
}

func (s *settling) locale() error {
	tag, from, err := s.askedLocale()
	if err != nil {
		return err
	}
	s.context.is.Locale, s.context.ancestors = tag, locale.Ancestors(tag)
	s.context.is.Chain = locale.Chain(tag, s.context.is.Market, s.channels.fallbacks, s.context.is.Channel.DefaultLocale)
	s.origin(DimensionLocale, from)
	s.context.formatter = s.channels.formatters[tag]
	if s.context.formatter == nil { // a language that the channel does not serve
		s.context.formatter = sync.OnceValue(func() *locale.Formatter { return locale.NewFormatter(tag) })
	}
	return nil
}

// askedLocale takes an explicit locale as it is, listed by the channel or not; only Accept-Language is negotiated.
func (s *settling) askedLocale() (locale.Tag, Source, error) {
	for _, source := range s.sources {
		if source.ask.Locale != "" {
			tag, err := locale.Parse(source.ask.Locale)
			if err != nil {
				return "", "", bad(source.ask, "locale", "%s", fault.Public(err))
			}
			return tag, source.from, nil
		}
		if source.from == FromHeader {
			if tag, fits := s.channels.negotiator.Negotiate(s.asked.AcceptLanguage); fits {
				return tag, FromHeader, nil
			}
		}
	}
	return s.context.is.Channel.DefaultLocale, FromChannel, nil
}

func (s *settling) time() error {
	if named := s.first(func(a *Ask) bool { return a.At != nil }); named != nil {
		s.context.is.At = *named.ask.At
		s.origin(DimensionTime, named.from)
	}
	if named := s.first(func(a *Ask) bool { return a.Preview != nil }); named != nil {
		s.context.is.Preview = *named.ask.Preview
	}
	return nil
}

// traits takes what the first source says of the reader, and makes ready, for when a rule asks, what rules can be asked about.
func (s *settling) traits() error {
	s.context.is.Traits = map[string]any{}
	if named := s.first(func(a *Ask) bool { return a.Traits != nil }); named != nil {
		s.context.is.Traits = named.ask.Traits
	}
	s.context.rules = s.resolver.config.Rules
	s.context.learn()
	return nil
}
