package content

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json"

	"unisono/fault"
	"unisono/rule"
)

// Settle gives a fragment the form in which it is kept: times in UTC, a new one a draft, and every variant with an id. It changes the
// fragment that it is called on, so that must not be shared yet.
func (f *Fragment) Settle() {
	if f.State == "" {
		f.State = Draft
	}
	variants := make([]Variant, len(f.Variants))
	for i, variant := range f.Variants {
		variant.ValidFrom, variant.ValidUntil = moment(variant.ValidFrom), moment(variant.ValidUntil)
		variant.Media = settleMedia(variant.Media)
		if variant.When.empty() {
			variant.When = nil
		}
		if variant.ID == "" {
			variant.ID = contentID(variant)
		}
		variants[i] = variant
	}
	f.Variants = variants
}

func (c *Condition) empty() bool {
	return c == nil || len(c.Channels)+len(c.Audiences)+len(c.Markets)+len(c.Devices)+len(c.Moments)+
		len(c.Mediums)+len(c.Publications)+len(c.Formats)+len(c.Segments)+len(c.Rule)+len(c.Unknown) == 0
}

// contentID makes an id for a variant that was given none: the same content has the same id, wherever it stands in its fragment.
func contentID(variant Variant) string {
	written, err := json.Marshal(variant, json.Deterministic(true))
	if err != nil {
		written = []byte(variant.Title + variant.Body) // never: a Variant holds nothing that JSON cannot say
	}
	digest := sha256.Sum256(written)
	return hex.EncodeToString(digest[:6])
}

// Wordless says that a variant has neither title nor body: only its media can show something.
func (v *Variant) Wordless() bool {
	return strings.TrimSpace(v.Title) == "" && strings.TrimSpace(v.Body) == ""
}

// Empty says that a variant has nothing to show: no title, no body, no media.
func (v *Variant) Empty() bool {
	return strings.TrimSpace(v.Title) == "" && strings.TrimSpace(v.Body) == "" && len(v.Media) == 0
}

// Check says what is wrong with a fragment, given the definitions that it refers to. Other fragments that it refers to may come later, so
// they are not looked for.
func (f *Fragment) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("key"), f.Key)
	c.key(at.Field("type"), f.Type)
	enum(c, at.Field("state"), f.State, states)
	c.keys(at.Field("labels"), f.Labels)
	c.keys(at.Field("references"), f.References)
	place := at.Field("variants")
	if len(f.Variants) > maxVariants {
		c.count(place, len(f.Variants), maxVariants)
		return c.problems
	}
	seen := map[string]int{}
	for i := range f.Variants {
		variant, place := &f.Variants[i], place.Index(i)
		c.variant(place, variant)
		if first, twice := seen[variant.ID]; twice {
			c.add(place.Field("id"), "the variant at %d has the id %q already; an id is unique within its fragment", first, variant.ID)
			continue
		}
		seen[variant.ID] = i
	}
	return c.problems
}

func (c *checker) variant(at fault.Place, v *Variant) {
	c.key(at.Field("id"), v.ID)
	c.window(at, "validFrom", "validUntil", v.ValidFrom, v.ValidUntil)
	c.text(at.Field("title"), v.Title, maxTitleBytes)
	c.text(at.Field("body"), v.Body, maxTextBytes)
	c.media(at.Field("media"), v.Media)
	if action := v.CallToAction; action != nil {
		c.text(at.Field("callToAction").Field("label"), action.Label, maxTitleBytes)
		c.url(at.Field("callToAction").Field("url"), action.URL)
	}
	if v.When != nil {
		c.condition(at.Field("when"), v.When)
	}
}

func (c *checker) condition(at fault.Place, when *Condition) {
	c.channels(at.Field("channels"), when.Channels)
	c.audiences(at.Field("audiences"), when.Audiences)
	c.markets(at.Field("markets"), when.Markets)
	enums(c, at.Field("devices"), when.Devices, devices)
	enums(c, at.Field("moments"), when.Moments, moments)
	enums(c, at.Field("mediums"), when.Mediums, mediums)
	enums(c, at.Field("publications"), when.Publications, publications)
	enums(c, at.Field("formats"), when.Formats, formats)
	c.keys(at.Field("segments"), when.Segments)
	if when.Rule != "" {
		if _, err := rule.Compile(when.Rule); err != nil {
			c.add(at.Field("rule"), "%s", fault.Public(err))
		}
	}
}
