package targeting

import (
	"slices"

	"unisono/content"
)

// beyond says that a condition names only channels, audiences or markets that a caller may not ask for: what it stands on is not there for
// them, whatever they do. A channel or an audience that is not defined is treated as one that they may not ask for, which it must not be told from.
func (r *Resolver) beyond(grants *Grants, when *content.Condition) bool {
	if when == nil {
		return false
	}
	none := func(wanted []string, mayAsk func(key string) bool) bool {
		return len(wanted) > 0 && !slices.ContainsFunc(wanted, mayAsk)
	}
	return none(when.Channels, func(key string) bool {
		channel := r.definitions.Channels[key]
		return channel != nil && grants.Channel(channel)
	}) || none(when.Audiences, func(key string) bool {
		audience := r.definitions.Audiences[key]
		return audience != nil && grants.Audience(audience) || key == Public.Key && grants.Audience(Public)
	}) || none(when.Markets, grants.Market)
}

// withinReach gives the variants that the caller could be shown in one context or another.
func (c *Context) withinReach(variants []content.Variant) []*content.Variant {
	reach := make([]*content.Variant, 0, len(variants))
	for i := range variants {
		if variant := &variants[i]; c.beyond == nil || !c.beyond(variant) {
			reach = append(reach, variant)
		}
	}
	return reach
}
