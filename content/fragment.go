package content

import (
	"time"

	"unisono/locale"
)

// Device is the class of device that the reader holds.
type Device string

// Moment is where the reader is in the journey.
type Moment string

// PublicationKind is the configuration in which content is put together.
type PublicationKind string

// Format is the technical form that content takes.
type Format string

// Fragment is a piece of words that is kept once and reused wherever it fits: several variants, of which each reader
// gets the one that is right.
type Fragment struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Type       string        `bson:"kind" json:"type"` // FEATURE, WARNING, HOWTO …: the house's own vocabulary
	State      WorkflowState `bson:"state,omitempty" json:"state,omitempty"`
	Labels     []string      `bson:"labels,omitempty" json:"labels,omitempty"`
	References []string      `bson:"references,omitempty" json:"references,omitempty"`
	Variants   []Variant     `bson:"variants,omitempty" json:"variants,omitempty"`
}

// Variant is one wording of a fragment, for the readers whom its conditions name.
type Variant struct {
	ID           string        `bson:"id" json:"id"`
	Locale       locale.Tag    `bson:"locale,omitempty" json:"locale,omitempty"` // none: it needs no language
	When         *Condition    `bson:"when,omitempty" json:"when,omitempty"`     // nil: always
	Priority     int           `bson:"priority,omitempty" json:"priority,omitempty"`
	ValidFrom    *time.Time    `bson:"validFrom,omitempty" json:"validFrom,omitempty"`
	ValidUntil   *time.Time    `bson:"validUntil,omitempty" json:"validUntil,omitempty"` // exclusive
	Title        string        `bson:"title,omitempty" json:"title,omitempty"`
	Body         string        `bson:"body,omitempty" json:"body,omitempty"` // Markdown
	CallToAction *CallToAction `bson:"callToAction,omitempty" json:"callToAction,omitempty"`
	Media        []Media       `bson:"media,omitempty" json:"media,omitempty"`

	Unknown Unknown `bson:",inline" json:"-"`
}

// Condition names the readers that a variant is for. Every dimension that is given must hold; within one, any value will do.
type Condition struct {
	Channels     []string          `bson:"channels,omitempty" json:"channels,omitempty"`
	Audiences    []string          `bson:"audiences,omitempty" json:"audiences,omitempty"`
	Markets      []string          `bson:"markets,omitempty" json:"markets,omitempty"`
	Devices      []Device          `bson:"devices,omitempty" json:"devices,omitempty"`
	Moments      []Moment          `bson:"moments,omitempty" json:"moments,omitempty"`
	Mediums      []Medium          `bson:"mediums,omitempty" json:"mediums,omitempty"`
	Publications []PublicationKind `bson:"publications,omitempty" json:"publications,omitempty"`
	Formats      []Format          `bson:"formats,omitempty" json:"formats,omitempty"`
	Segments     []string          `bson:"segments,omitempty" json:"segments,omitempty"` // the reader is in one of them
	Rule         string            `bson:"rule,omitempty" json:"rule,omitempty"`         // CEL, see package rule

	Unknown Unknown `bson:",inline" json:"-"` // dimensions that this program does not know: no reader fulfils them
}

// CallToAction asks the reader to do something.
type CallToAction struct {
	Label string `bson:"label" json:"label"`
	URL   string `bson:"url" json:"url"`
}
