// Package targeting decides what is right for one reader: it settles the context in which a request is answered, and
// chooses among the variants of a fragment and among the values of an attribute.
//
// Everything here is a pure function of documents, context and time. It refuses to load anything, to know who the
// caller is beyond what they were granted, and to depend on the order in which documents come.
package targeting

import (
	"slices"
	"sync"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/rule"
)

// Situation is what a context consists of: who reads what, where, in which language, and when.
type Situation struct {
	Channel     *content.Channel
	Audience    *content.Audience
	Locale      locale.Tag   // as asked, or as negotiated
	Chain       []locale.Tag // what is tried, in order; Locale is its first
	Market      string       // the rest is "" where nothing says it
	Device      content.Device
	Moment      content.Moment
	Medium      content.Medium
	Publication content.PublicationKind
	Format      content.Format
	At          time.Time      // the moment for which everything is answered
	Preview     bool           // shows what is not published yet
	Segments    []string       // the segments that the reader is in
	Traits      map[string]any // what the caller says of the reader; rules may ask for it
	Origins     []Origin       // of each dimension that has a value, in the order of the dimensions
}

// Context is the reader's situation, settled once for each operation and never changed once made. What it consists of is read through its methods alone,
// which note in a [Record], where there is one, that it was looked at.
type Context struct {
	is     Situation
	record *Record // nil: nobody wants to know

	ancestors []locale.Tag             // of Locale, itself first: what is no fallback; nil: they are found each time
	formatter func() *locale.Formatter // nil: one is made each time

	beyond func(*content.Variant) bool // is for others, whom the caller may not ask to be; nil: none is

	rules *rule.Cache // nil: rules are compiled anew each time
	facts func() *rule.Facts
}

// NewContext gives the context of a situation, for tests and tools. [Resolver.Resolve] gives that of a request.
func NewContext(situation Situation) *Context {
	return (&Context{}).With(func(s *Situation) { *s = situation })
}

// Situation gives all of it, and notes nothing: it is for showing it to the caller, not for deciding what they see.
func (c *Context) Situation() Situation { return c.is }

// With gives the context as it is after a change of the situation.
func (c *Context) With(change func(*Situation)) *Context {
	changed := *c
	change(&changed.is)
	if changed.is.Locale != c.is.Locale {
		changed.ancestors, changed.formatter = nil, nil
	}
	changed.learn()
	return &changed
}

// Recorded gives the context with a record of what is read of it from now on.
func (c *Context) Recorded(by *Record) *Context {
	recorded := *c
	recorded.record = by
	if by != nil {
		by.contexts.Add(1)
	}
	return &recorded
}

// learn makes ready what rules can be asked about, for when one asks.
func (c *Context) learn() {
	c.facts = sync.OnceValue(c.is.Facts)
}

// Dimension is one of the things that a context consists of.
type Dimension string

// The dimensions of a context.
const (
	DimensionChannel     Dimension = "CHANNEL"
	DimensionAudience    Dimension = "AUDIENCE"
	DimensionLocale      Dimension = "LOCALE"
	DimensionMarket      Dimension = "MARKET"
	DimensionDevice      Dimension = "DEVICE"
	DimensionMoment      Dimension = "MOMENT"
	DimensionMedium      Dimension = "MEDIUM"
	DimensionPublication Dimension = "PUBLICATION"
	DimensionFormat      Dimension = "FORMAT"
	DimensionSegment     Dimension = "SEGMENT"
	DimensionRule        Dimension = "RULE"
	DimensionTime        Dimension = "TIME"
)

// Source is what a dimension's value was taken from.
type Source string

// The sources of a dimension, the one that beats the others first.
const (
	FromArgument      Source = "ARGUMENT" // of view(context:) and in(context:)
	FromDirective     Source = "DIRECTIVE"
	FromExtension     Source = "EXTENSION"
	FromHeader        Source = "HEADER"
	FromKey           Source = "API_KEY"
	FromChannel       Source = "CHANNEL_DEFAULT"
	FromConfiguration Source = "CONFIGURATION"
)

// Origin says where the value of one dimension came from.
type Origin struct {
	Dimension Dimension
	Source    Source
}

// IsFallback says that content in a locale is not in the language that was asked for. Content without a locale is never a fallback.
func (c *Context) IsFallback(served locale.Tag) bool {
	if served == "" {
		return false
	}
	if asked := c.Locale(); c.ancestors == nil {
		return locale.IsFallback(served, asked)
	}
	return !slices.Contains(c.ancestors, served)
}

// Localized chooses the text for this reader: the first of the chain that is there and not blank. The tag is "" where none is.
func (c *Context) Localized(texts content.Localized) (string, locale.Tag) {
	if len(texts) == 0 {
		return "", ""
	}
	for _, tag := range c.Chain() {
		if text := texts[tag]; !content.Blank(text) {
			return text, tag
		}
	}
	return "", ""
}

// Formatter writes numbers, dates, units and money as people do in the context's language.
func (c *Context) Formatter() *locale.Formatter {
	if tag := c.Locale(); c.formatter == nil {
		return locale.NewFormatter(tag)
	}
	return c.formatter()
}

// distance is the place of a locale in the chain, or -1.
func (c *Context) distance(tag locale.Tag) int { return slices.Index(c.Chain(), tag) }
