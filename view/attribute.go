package view

import (
	"cmp"
	"math"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// Attribute is the value that an attribute has for one reader.
type Attribute struct {
	value      *content.AttributeValue
	definition *content.Attribute // nil where the attribute is not defined
	reader     *Reader
}

// Key is the attribute's key.
func (a *Attribute) Key() string { return a.value.Key }

// Group is the key of the group that the attribute belongs to, or nil.
func (a *Attribute) Group() *string { return textOrNil(a.group()) }

func (a *Attribute) group() string {
	if a.definition == nil {
		return ""
	}
	return a.definition.Group
}

// position orders attributes; those without a definition come last.
func (a *Attribute) position() int {
	if a.definition == nil {
		return math.MaxInt
	}
	return a.definition.Position
}

// Label is what the attribute is called in the reader's language; its key where nothing says.
func (a *Attribute) Label() string {
	if a.definition == nil {
		return a.Key()
	}
	label, _ := a.reader.Localized(a.definition.Label)
	return cmp.Or(label, a.Key())
}

// Type is what the definition says; without one it comes from the value.
func (a *Attribute) Type() content.AttributeType {
	if a.definition != nil {
		return a.definition.Type
	}
	return a.value.Value.Type()
}

// Value is the value as it is kept.
func (a *Attribute) Value() content.Value { return a.value.Value }

// Unit is what a quantity is measured in, a UCUM code; nil for all else.
func (a *Attribute) Unit() *string {
	if _, is := a.value.Value.Number(); is {
		return textOrNil(a.defaultUnit())
	}
	unit, _ := a.value.Value.Member("unit").Text()
	return textOrNil(unit)
}

// Options gives the options that the value consists of, with their labels; nil where the attribute is not of such a type.
func (a *Attribute) Options() []*Option {
	if a.Type() != content.TypeOption && a.Type() != content.TypeOptions {
		return nil
	}
	options := []*Option{}
	for _, key := range a.value.Value.Texts() {
		label := ""
		if definition := a.reader.Definitions.Options[content.OptionID(a.Key(), key)]; definition != nil {
			label, _ = a.reader.Localized(definition.Label)
		}
		options = append(options, &Option{Key: key, Label: cmp.Or(label, key)})
	}
	return options
}

// Locale is the language of the value, or nil where it has none.
func (a *Attribute) Locale() *locale.Tag { return tagOrNil(&a.value.Locale) }

// IsFallback says that this is not the language that was asked for.
func (a *Attribute) IsFallback() bool { return a.reader.IsFallback(a.value.Locale) }

// Option is one of the values that an attribute can have, with its label in the reader's language.
type Option struct{ Key, Label string }

// Asset is a picture, film or sound as one reader gets it.
type Asset struct {
	media  *content.Media
	owner  Node
	reader *Reader
}

// assets gives the views of media that belong to a node.
func assets(media []*content.Media, owner Node, reader *Reader) []*Asset {
	made, views := make([]Asset, len(media)), make([]*Asset, len(media))
	for i, one := range media {
		made[i] = Asset{one, owner, reader}
		views[i] = &made[i]
	}
	return views
}

// ID tells the asset from all others.
func (a *Asset) ID() string { return assetID(a.owner.ID(), a.media) }

// Medium is what the asset is.
func (a *Asset) Medium() content.Medium { return a.media.Medium }

// Role is what the asset is for, a word of the house's own, or nil.
func (a *Asset) Role() *string { return orNil(&a.media.Role) }

// URL is where the asset is found.
func (a *Asset) URL() string { return a.media.URL }

// MimeType is the asset's media type.
func (a *Asset) MimeType() string {
	if a.media.MimeType != "" {
		return a.media.MimeType
	}
	return content.MimeTypeOf(a.media.URL)
}

// Alt says in the reader's language what is to be seen or heard, or nil.
func (a *Asset) Alt() *string {
	text, _ := a.reader.Localized(a.media.Alt)
	return textOrNil(text)
}

// Locale is the language of what is written or said in the asset, or nil.
func (a *Asset) Locale() *locale.Tag { return tagOrNil(&a.media.Locale) }

// Category is a category as one reader sees it.
type Category struct {
	category *content.Category
	reader   *Reader
}

// Category gives the view of a category, or nil where none of this key is there for the reader.
func (r *Reader) Category(key string) *Category {
	path := r.Definitions.Path(key)
	if !targeting.CategoryThere(path, r.Context) {
		return nil
	}
	return &Category{path[len(path)-1], r}
}

// Key is the category's key.
func (c *Category) Key() string { return c.category.Key }

// Name is what the category is called in the reader's language; its key where nothing says.
func (c *Category) Name() string {
	name, _ := c.reader.Localized(c.category.Name)
	return cmp.Or(name, c.category.Key)
}

// Path leads from the root to this category, which is the last.
func (c *Category) Path() []*Category { return c.views(c.reader.Definitions.Path(c.category.Key)) }

// Children are the categories directly below that are there for the reader.
func (c *Category) Children() []*Category {
	return c.views(c.reader.Definitions.Children(c.category.Key))
}

func (c *Category) views(categories []*content.Category) []*Category {
	views := make([]*Category, 0, len(categories))
	for _, category := range categories {
		if view := c.reader.Category(category.Key); view != nil {
			views = append(views, view)
		}
	}
	return views
}

// Channel is a channel as one reader sees it.
type Channel struct {
	*content.Channel
	reader *Reader
}

// ChannelOf gives the reader's view of a channel.
func (r *Reader) ChannelOf(channel *content.Channel) *Channel { return &Channel{channel, r} }

// Name is what the channel is called in the reader's language; its key where nothing says.
func (c *Channel) Name() string {
	name, _ := c.reader.Localized(c.Channel.Name)
	return cmp.Or(name, c.Key)
}

// Audience is an audience as one reader sees it.
type Audience struct {
	*content.Audience
	reader *Reader
}

// AudienceOf gives the reader's view of an audience.
func (r *Reader) AudienceOf(audience *content.Audience) *Audience { return &Audience{audience, r} }

// Name is what the audience is called in the reader's language; its key where nothing says.
func (a *Audience) Name() string {
	name, _ := a.reader.Localized(a.Audience.Name)
	return cmp.Or(name, a.Key)
}
