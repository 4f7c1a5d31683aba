package content

import (
	"slices"
	"time"

	"unisono/locale"
)

// WorkflowState says how far content has come; only what is PUBLISHED is shown to readers.
type WorkflowState string

// The states, in the order in which content passes through them.
const (
	Draft     WorkflowState = "DRAFT"
	InReview  WorkflowState = "IN_REVIEW"
	Published WorkflowState = "PUBLISHED"
	Archived  WorkflowState = "ARCHIVED"
)

// moves are the states that each may become.
var moves = map[WorkflowState][]WorkflowState{
	Draft:     {InReview, Published, Archived},
	InReview:  {Draft, Published, Archived},
	Published: {Draft, Archived},
	Archived:  {Draft},
}

// Next lists the states that this one may become by a transition.
func (s WorkflowState) Next() []WorkflowState { return slices.Clone(moves[s]) }

// MayBecome says that a transition from this state to another is allowed.
func (s WorkflowState) MayBecome(to WorkflowState) bool { return slices.Contains(moves[s], to) }

// RelationKind says what a related product is to the one that names it.
type RelationKind string

// The kinds of relation.
const (
	Accessory   RelationKind = "ACCESSORY"
	SparePart   RelationKind = "SPARE_PART"
	Consumable  RelationKind = "CONSUMABLE"
	Alternative RelationKind = "ALTERNATIVE"
	Successor   RelationKind = "SUCCESSOR"
	Upsell      RelationKind = "UPSELL"
	Bundle      RelationKind = "BUNDLE"
)

// Product is one thing that a company sells, or the model that several variants share.
type Product struct {
	SKU  string `bson:"_id" json:"sku"`
	Meta `bson:",inline" json:",inline"`

	Slug   string        `bson:"slug,omitempty" json:"slug,omitempty"` // unique among products
	GTIN   string        `bson:"gtin,omitempty" json:"gtin,omitempty"` // unique among products
	Parent string        `bson:"parent,omitempty" json:"parent,omitempty"`
	Family string        `bson:"family,omitempty" json:"family,omitempty"`
	Axes   []string      `bson:"axes,omitempty" json:"axes,omitempty"` // of a model: the attributes in which its variants differ
	State  WorkflowState `bson:"state,omitempty" json:"state,omitempty"`

	Categories []string `bson:"categories,omitempty" json:"categories,omitempty"`
	Channels   []string `bson:"channels,omitempty" json:"channels,omitempty"` // empty: every channel; so too below
	Markets    []string `bson:"markets,omitempty" json:"markets,omitempty"`
	Audiences  []string `bson:"audiences,omitempty" json:"audiences,omitempty"`

	PublishFrom    *time.Time `bson:"publishFrom,omitempty" json:"publishFrom,omitempty"`
	PublishUntil   *time.Time `bson:"publishUntil,omitempty" json:"publishUntil,omitempty"` // exclusive
	FirstPublished *time.Time `bson:"firstPublished,omitempty" json:"firstPublished,omitempty"`

	Attributes []AttributeValue `bson:"attributes,omitempty" json:"attributes,omitempty"`
	Media      []Media          `bson:"media,omitempty" json:"media,omitempty"`
	Fragments  []Slot           `bson:"fragments,omitempty" json:"fragments,omitempty"`
	Related    []Relation       `bson:"related,omitempty" json:"related,omitempty"`

	// SetAttributes changes single values instead of the whole list: each takes the place of the one with the same key and scope, and one
	// that is missing clears it. It is folded into Attributes when the product is settled, and never kept.
	SetAttributes []AttributeValue `bson:"-" json:"setAttributes,omitempty"`
}

// AttributeValue is one value of an attribute, for the scope that it names: what is left out holds everywhere.
type AttributeValue struct {
	Key        string     `bson:"key" json:"key"`
	Value      Value      `bson:"value" json:"value"`
	Locale     locale.Tag `bson:"locale,omitempty" json:"locale,omitempty"`
	Channel    string     `bson:"channel,omitempty" json:"channel,omitempty"`
	Audiences  []string   `bson:"audiences,omitempty" json:"audiences,omitempty"`
	Markets    []string   `bson:"markets,omitempty" json:"markets,omitempty"`
	ValidFrom  *time.Time `bson:"validFrom,omitempty" json:"validFrom,omitempty"`
	ValidUntil *time.Time `bson:"validUntil,omitempty" json:"validUntil,omitempty"` // exclusive

	Unknown Unknown `bson:",inline" json:"-"` // scopes that this program does not know: no reader is in them

	// Unit and Currency are another way to write a quantity or an amount of money: beside a plain number. They are folded into Value
	// when the product is settled, and never kept.
	Unit     string `bson:"-" json:"unit,omitempty"`
	Currency string `bson:"-" json:"currency,omitempty"`
}

// Slot is a place on a product in which a fragment stands.
type Slot struct {
	Slot     string `bson:"slot" json:"slot"`
	Fragment string `bson:"fragment" json:"fragment"`
}

// Relation points from a product to another.
type Relation struct {
	Kind RelationKind `bson:"kind" json:"kind"`
	SKU  string       `bson:"sku" json:"sku"`
}

// Medium says by which sense content is taken in, and how.
type Medium string

// The media.
const (
	Text      Medium = "TEXT"
	Hypertext Medium = "HYPERTEXT"
	Image     Medium = "IMAGE"
	Video     Medium = "VIDEO"
	Audio     Medium = "AUDIO"
)

// Media is a picture, film or sound that belongs to a product or a variant, for the scope that it names.
type Media struct {
	URL       string     `bson:"url" json:"url"`
	MimeType  string     `bson:"mimeType,omitempty" json:"mimeType,omitempty"`
	Role      string     `bson:"role,omitempty" json:"role,omitempty"` // the house's own: main, detail, manual …
	Medium    Medium     `bson:"medium,omitempty" json:"medium,omitempty"`
	Alt       Localized  `bson:"alt,omitempty" json:"alt,omitempty"`
	Locale    locale.Tag `bson:"locale,omitempty" json:"locale,omitempty"` // of what is said or written in it
	Channels  []string   `bson:"channels,omitempty" json:"channels,omitempty"`
	Audiences []string   `bson:"audiences,omitempty" json:"audiences,omitempty"`

	Unknown Unknown `bson:",inline" json:"-"` // scopes that this program does not know: no reader is in them
}

// Localized is a text in several languages.
type Localized map[locale.Tag]string

// IsModel says that variants of this product may exist: it has axes, or is named by others as their parent. The latter
// only the catalogue knows, so this is the product's own word alone.
func (p *Product) IsModel() bool { return len(p.Axes) > 0 }
