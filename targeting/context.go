// Package targeting decides what is right for one reader: it settles the context in which a request is answered, and
// chooses among the variants of a fragment and among the values of an attribute.
//
// Everything here is a pure function of documents, context and time. It refuses to load anything, to know who the
// caller is beyond what they were granted, and to depend on the order in which documents come.
package targeting

import (
	"slices"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/rule"
)

// Context is the reader's situation, settled once for each operation. It is never changed once made.
type Context struct {
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
	At          time.Time // the moment for which everything is answered
	Preview     bool      // shows what is not published yet
	Segments    []string  // the segments that the reader is in
	Origins     []Origin  // of each dimension that has a value, in the order of the dimensions

	ancestors []locale.Tag             // of Locale, itself first: what is no fallback; nil: they are found each time
	formatter func() *locale.Formatter // nil: one is made each time

	beyond func(*content.Variant) bool // is for others, whom the caller may not ask to be; nil: none is

	rules *rule.Cache        // nil: rules are compiled anew each time
	facts func() *rule.Facts // nil: there are none but those of the context
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
	if c.ancestors == nil {
		return served != "" && locale.IsFallback(served, c.Locale)
	}
	return served != "" && !slices.Contains(c.ancestors, served)
}

// Localized chooses the text for this reader: the first of the chain that is there and not blank. The tag is "" where none is.
func (c *Context) Localized(texts content.Localized) (string, locale.Tag) {
	for _, tag := range c.Chain {
		if text := texts[tag]; !content.Blank(text) {
			return text, tag
		}
	}
	return "", ""
}

// Formatter writes numbers, dates, units and money as people do in the context's language.
func (c *Context) Formatter() *locale.Formatter {
	if c.formatter == nil {
		return locale.NewFormatter(c.Locale)
	}
	return c.formatter()
}

// distance is the place of a locale in the chain, or -1.
func (c *Context) distance(tag locale.Tag) int { return slices.Index(c.Chain, tag) }
