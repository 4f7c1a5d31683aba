package content

import (
	"maps"
	"slices"
	"strings"

	"unisono/fault"
)

// Check says what is wrong with a channel.
func (ch *Channel) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("key"), ch.Key)
	c.notEvery(at.Field("key"), ch.Key)
	c.localized(at.Field("name"), ch.Name)
	required(c, at.Field("platform"), ch.Platform, platforms)
	if ch.DefaultLocale == "" {
		c.add(at.Field("defaultLocale"), "it is missing; a locale is expected, such as en")
	}
	c.locales(at.Field("locales"), ch.Locales)
	enum(c, at.Field("selection"), ch.Selection, selectionOrders)
	c.fallbacks(at.Field("fallbacks"), ch.Fallbacks)
	if ch.Defaults != nil {
		c.defaults(at.Field("defaults"), ch.Defaults)
	}
	return c.problems
}

func (c *checker) fallbacks(at fault.Place, fallbacks []Fallback) {
	c.count(at, len(fallbacks), maxListItems)
	seen := map[string]bool{}
	for i, fallback := range fallbacks {
		if fallback.Locale == "" {
			c.add(at.Index(i).Field("locale"), "it is missing; a locale is expected, such as de-CH")
		}
		if fallback.Market != "" {
			c.market(at.Index(i).Field("market"), fallback.Market)
		}
		c.locales(at.Index(i).Field("chain"), fallback.Chain)
		key := string(fallback.Locale) + " " + fallback.Market
		if seen[key] {
			c.add(at.Index(i), "there is a list for this locale and market already")
		}
		seen[key] = true
	}
}

func (c *checker) defaults(at fault.Place, defaults *Defaults) {
	c.audience(at.Field("audience"), defaults.Audience)
	if defaults.Market != "" {
		c.market(at.Field("market"), defaults.Market)
	}
	enum(c, at.Field("device"), defaults.Device, devices)
	enum(c, at.Field("moment"), defaults.Moment, moments)
	enum(c, at.Field("medium"), defaults.Medium, mediums)
	enum(c, at.Field("publication"), defaults.Publication, publications)
	enum(c, at.Field("format"), defaults.Format, formats)
	if defaults.Channel != "" || defaults.Locale != "" {
		c.add(at, "a channel's defaults name neither a channel nor a locale; see defaultLocale")
	}
}

// Check says what is wrong with an audience.
func (a *Audience) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("key"), a.Key)
	c.notEvery(at.Field("key"), a.Key)
	c.localized(at.Field("name"), a.Name)
	return c.problems
}

// notEvery refuses the key that stands for everything open in a client's lists.
func (c *checker) notEvery(at fault.Place, key string) {
	if key == Every {
		c.add(at, "%q stands for all that are open to everybody and can be no key", key)
	}
}

// Check says what is wrong with a category. Its parent may come later, but not be below it.
func (cat *Category) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("key"), cat.Key)
	c.localized(at.Field("name"), cat.Name)
	c.optionalKey(at.Field("parent"), cat.Parent)
	c.channels(at.Field("channels"), cat.Channels)
	c.markets(at.Field("markets"), cat.Markets)
	c.audiences(at.Field("audiences"), cat.Audiences)
	above, depth := cat.Parent, 1
	for above != "" && above != cat.Key && depth <= maxCategoryDepth {
		parent := definitions.Categories[above]
		if parent == nil {
			break
		}
		above = parent.Parent
		depth++
	}
	if above != "" && above == cat.Key {
		c.add(at.Field("parent"), "%q stands below this category: the tree would go round", cat.Parent)
	}
	if depth > maxCategoryDepth {
		c.add(at.Field("parent"), "%q stands %d deep already, and no category can stand deeper", cat.Parent, maxCategoryDepth)
	}
	return c.problems
}

// Check says what is wrong with an attribute's definition.
func (a *Attribute) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.attributeKey(at.Field("key"), a.Key)
	required(c, at.Field("type"), a.Type, attributeTypes)
	c.localized(at.Field("label"), a.Label)
	c.optionalKey(at.Field("group"), a.Group)
	c.text(at.Field("unit"), a.Unit, maxKeyBytes)
	return c.problems
}

// attributeKey checks the key of an attribute, which has no slash: that separates it from an option's.
func (c *checker) attributeKey(at fault.Place, key string) {
	c.key(at, key)
	if strings.Contains(key, "/") {
		c.add(at, "%.100q holds a slash, which no attribute's key can have", key)
	}
}

// Check says what is wrong with an option. Its attribute's definition may come later.
func (o *Option) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.attributeKey(at.Field("attribute"), o.Attribute)
	c.key(at.Field("key"), o.Key)
	c.localized(at.Field("label"), o.Label)
	return c.problems
}

// maxWeight bounds how much one attribute can count.
const maxWeight = 1000

// Check says what is wrong with a family. The attributes that it names may come later.
func (f *Family) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("key"), f.Key)
	c.localized(at.Field("name"), f.Name)
	c.keys(at.Field("attributes"), f.Attributes)
	c.count(at.Field("required"), len(f.Required), maxListItems)
	for i, set := range f.Required {
		place := at.Field("required").Index(i)
		c.key(place.Field("channel"), set.Channel)
		c.channel(place.Field("channel"), set.Channel)
		c.keys(place.Field("attributes"), set.Attributes)
		for _, key := range slices.Sorted(maps.Keys(set.Weights)) {
			if weight := set.Weights[key]; weight < 0 || weight > maxWeight || !slices.Contains(set.Attributes, key) {
				c.add(place.Field("weights").Field(key), "a weight from 0 to %d for one of the attributes of this set is expected", maxWeight)
			}
		}
		if slices.ContainsFunc(f.Required[:i], func(other Required) bool { return other.Channel == set.Channel }) {
			c.add(place, "there is a set for the channel %q already", set.Channel)
		}
	}
	return c.problems
}
