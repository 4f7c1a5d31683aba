package content

import (
	"cmp"
	"maps"
	"slices"
)

// Definitions are all the documents that give content its meaning, as they were at one moment. They are shared by many readers and never
// changed once made.
type Definitions struct {
	Channels   map[string]*Channel
	Audiences  map[string]*Audience
	Categories map[string]*Category
	Attributes map[string]*Attribute
	Options    map[string]*Option // by OptionID
	Families   map[string]*Family

	children map[string][]*Category // by the parent's key, in order
}

// Index makes what is derived from the documents. It must be called when they are all there, before Definitions are shared.
func (d *Definitions) Index() *Definitions {
	d.children = map[string][]*Category{}
	for _, category := range d.Categories {
		if category.Parent != "" {
			d.children[category.Parent] = append(d.children[category.Parent], category)
		}
	}
	for _, children := range d.children {
		slices.SortFunc(children, func(a, b *Category) int {
			return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Key, b.Key))
		})
	}
	return d
}

// maxCategoryDepth bounds the way from a category to its root.
const maxCategoryDepth = 32

// Path gives the categories from the root down to the one with this key, which is the last. It is empty for a key that nothing has, and where the way
// to the root is not whole: a parent that is missing, a way that goes round or is too long.
func (d *Definitions) Path(key string) []*Category {
	path := []*Category{}
	for category := d.Categories[key]; ; category = d.Categories[category.Parent] {
		if category == nil || len(path) == maxCategoryDepth || slices.Contains(path, category) {
			return nil
		}
		path = append(path, category)
		if category.Parent == "" {
			slices.Reverse(path)
			return path
		}
	}
}

// Children gives the categories directly below the one with this key, in order.
func (d *Definitions) Children(key string) []*Category { return d.children[key] }

// keysOf gives the keys of a map in order, for messages.
func keysOf[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

// NewDefinitions gives Definitions without any document, which may be changed until they are shared.
func NewDefinitions() *Definitions {
	return (&Definitions{
		Channels: map[string]*Channel{}, Audiences: map[string]*Audience{}, Categories: map[string]*Category{},
		Attributes: map[string]*Attribute{}, Options: map[string]*Option{}, Families: map[string]*Family{},
	}).Index()
}

// Copy gives Definitions of the same documents, which may be changed until they are shared.
func (d *Definitions) Copy() *Definitions {
	return (&Definitions{
		Channels: maps.Clone(d.Channels), Audiences: maps.Clone(d.Audiences), Categories: maps.Clone(d.Categories),
		Attributes: maps.Clone(d.Attributes), Options: maps.Clone(d.Options), Families: maps.Clone(d.Families),
	}).Index()
}

// Put sets the document of a kind that has this key, or takes it away where it is nil. Kinds that define nothing are passed over. What is
// derived from the documents must be made anew by Index before the next question.
func (d *Definitions) Put(kind Kind, key string, document Document) {
	switch kind {
	case KindChannel:
		put(d.Channels, key, document)
	case KindAudience:
		put(d.Audiences, key, document)
	case KindCategory:
		put(d.Categories, key, document)
	case KindAttribute:
		put(d.Attributes, key, document)
	case KindOption:
		put(d.Options, key, document)
	case KindFamily:
		put(d.Families, key, document)
	}
}

// Get gives the document of a kind that has this key, or nil.
func (d *Definitions) Get(kind Kind, key string) Document {
	switch kind {
	case KindChannel:
		return get(d.Channels, key)
	case KindAudience:
		return get(d.Audiences, key)
	case KindCategory:
		return get(d.Categories, key)
	case KindAttribute:
		return get(d.Attributes, key)
	case KindOption:
		return get(d.Options, key)
	case KindFamily:
		return get(d.Families, key)
	default:
		return nil
	}
}

func get[D Document](from map[string]D, key string) Document {
	if document, there := from[key]; there {
		return document
	}
	return nil
}

func put[D Document](into map[string]D, key string, document Document) {
	if definition, there := document.(D); there {
		into[key] = definition
	} else {
		delete(into, key)
	}
}
