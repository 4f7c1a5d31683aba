package targeting

import (
	"unisono/content"
)

// There says that a product is there for a reader: it and each of its parents is published (or, in a preview, not archived), its window
// is open, and each of its channels, markets and audiences is empty or holds the reader's. A reader without a market is in no list.
func There(lineage content.Lineage, reader *Context) bool {
	for _, p := range lineage {
		if reader.IsOver(p.PublishUntil) {
			return false
		}
	}
	for _, p := range lineage {
		if !Admits(p, reader) {
			return false
		}
	}
	for _, p := range lineage {
		if !reader.Live(p.PublishFrom, p.PublishUntil) {
			return false
		}
	}
	return true
}

// Admits is what [There] asks of one product, but for its window.
func Admits(p *content.Product, reader *Context) bool {
	return Shown(p.State, reader) &&
		reader.inChannels(p.Channels) &&
		reader.inMarkets(p.Markets) &&
		reader.inAudiences(p.Audiences)
}

// CategoryThere says that a category is there for a reader, by its path from the root: each of the path's channels, markets and audiences is empty or
// holds the reader's.
func CategoryThere(path []*content.Category, reader *Context) bool {
	for _, c := range path {
		if !reader.inChannels(c.Channels) || !reader.inMarkets(c.Markets) || !reader.inAudiences(c.Audiences) {
			return false
		}
	}
	return len(path) > 0
}

// FragmentThere says that a fragment is there for a reader: its state is for them, and one of its variants is.
func FragmentThere(fragment *content.Fragment, reader *Context) bool {
	if !Shown(fragment.State, reader) {
		return false
	}
	for i := range fragment.Variants {
		if Matches(&fragment.Variants[i], reader) {
			return true
		}
	}
	return false
}

// Shown says that content in a state is for a reader: only PUBLISHED, but in a preview all except what is ARCHIVED.
func Shown(state content.WorkflowState, reader *Context) bool {
	return state == content.Published || state != content.Archived && reader.Preview()
}

// Value gives the value of one attribute of a product that is right for a reader, or nil where none is.
func Value(lineage content.Lineage, key string, reader *Context) *content.AttributeValue {
	if len(lineage) > 1 {
		return ChooseValue(lineage.Values(key), reader)
	}
	var best *content.AttributeValue
	values := lineage.Product().Attributes
	for i := range values {
		if values[i].Key == key {
			best = betterValue(best, &values[i], reader)
		}
	}
	return best
}

// Text is the text that an attribute has for a reader, with its locale; "" where it has none.
func Text(lineage content.Lineage, key string, reader *Context) string {
	value := Value(lineage, key, reader)
	if value == nil {
		return ""
	}
	text, _ := value.Value.Text()
	return text
}

// ChooseMedia gives the media that are right for a reader, in their order: those of the reader's channel and audience, and of those of one
// role that have a locale only those in the first locale of the chain that any of them has.
func ChooseMedia(media []content.Media, reader *Context) []*content.Media {
	open := make([]*content.Media, 0, len(media))
	for i := range media {
		if reader.mayShow(&media[i]) {
			open = append(open, &media[i])
		}
	}
	return nearest(open, reader)
}

// Media gives the media of a product that are right for a reader, as ChooseMedia does: its own, and of the roles in which it has none for them those that
// it inherits.
func Media(lineage content.Lineage, reader *Context) []*content.Media {
	return nearest(lineage.Media(reader.mayShow), reader)
}

// mayShow says that one of the media is for the reader, were there no other.
func (c *Context) mayShow(one *content.Media) bool {
	return len(one.Unknown) == 0 && c.inChannels(one.Channels) && c.inAudiences(one.Audiences) &&
		(one.Locale == "" || c.distance(one.Locale) >= 0)
}

// nearest leaves of media of one role that have a locale those in the first locale of the chain.
func nearest(open []*content.Media, reader *Context) []*content.Media {
	distances := map[string]int{}
	for _, one := range open {
		distance := reader.distance(one.Locale)
		if before, is := distances[one.Role]; one.Locale != "" && (!is || distance < before) {
			distances[one.Role] = distance
		}
	}
	chosen := make([]*content.Media, 0, len(open))
	for _, one := range open {
		if one.Locale == "" || reader.distance(one.Locale) == distances[one.Role] {
			chosen = append(chosen, one)
		}
	}
	return chosen
}
