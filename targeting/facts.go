package targeting

import (
	"unisono/rule"
)

// Facts are what rules can be asked about the reader.
func (c *Context) Facts() *rule.Facts {
	if c.facts == nil {
		return factsOf(c, nil)
	}
	return c.facts()
}

func factsOf(c *Context, traits map[string]any) *rule.Facts {
	return rule.NewFacts(map[string]string{
		"channel": c.Channel.Key, "audience": c.Audience.Key, "locale": string(c.Locale), "market": c.Market,
		"device": string(c.Device), "moment": string(c.Moment), "medium": string(c.Medium),
		"publication": string(c.Publication), "format": string(c.Format),
	}, c.Segments, traits)
}

// WithTraits gives the same context with other traits, for previews and tests.
func (c *Context) WithTraits(traits map[string]any) *Context {
	changed := *c
	changed.facts = func() *rule.Facts { return factsOf(&changed, traits) }
	return &changed
}
