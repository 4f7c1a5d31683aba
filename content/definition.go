package content

import (
	"time"

	"unisono/locale"
)

// Platform is the class of place in which a channel meets its readers.
type Platform string

// SelectionOrder says what a channel prefers where a variant in the reader's language and a more specific one differ.
type SelectionOrder string

// The orders of selection.
const (
	LanguageFirst    SelectionOrder = "LANGUAGE_FIRST"
	SpecificityFirst SelectionOrder = "SPECIFICITY_FIRST"
)

// Channel is a place where content is read: a site, an app, a printed sheet.
type Channel struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Name          Localized      `bson:"name,omitempty" json:"name,omitempty"`
	Platform      Platform       `bson:"platform" json:"platform"`
	DefaultLocale locale.Tag     `bson:"defaultLocale" json:"defaultLocale"` // ends every fallback chain without a list of its own
	Locales       []locale.Tag   `bson:"locales,omitempty" json:"locales,omitempty"`
	Fallbacks     []Fallback     `bson:"fallbacks,omitempty" json:"fallbacks,omitempty"`
	Selection     SelectionOrder `bson:"selection,omitempty" json:"selection,omitempty"` // none: LANGUAGE_FIRST
	Restricted    bool           `bson:"restricted,omitempty" json:"restricted,omitempty"`
	Defaults      *Defaults      `bson:"defaults,omitempty" json:"defaults,omitempty"`
}

// Fallback is what a channel tries, in this order, after a locale that has no content, and nothing else. An empty Chain means:
// nothing.
type Fallback struct {
	Locale locale.Tag   `bson:"locale" json:"locale"`
	Market string       `bson:"market,omitempty" json:"market,omitempty"` // none: readers of every market without a list of its own
	Chain  []locale.Tag `bson:"chain" json:"chain"`
}

// Defaults are the parts of the context that a channel or an API key gives where the request does not.
type Defaults struct {
	Channel     string          `bson:"channel,omitempty" json:"channel,omitempty"` // of an API key only
	Audience    string          `bson:"audience,omitempty" json:"audience,omitempty"`
	Locale      locale.Tag      `bson:"locale,omitempty" json:"locale,omitempty"` // of an API key only; a channel has its DefaultLocale
	Market      string          `bson:"market,omitempty" json:"market,omitempty"`
	Device      Device          `bson:"device,omitempty" json:"device,omitempty"`
	Moment      Moment          `bson:"moment,omitempty" json:"moment,omitempty"`
	Medium      Medium          `bson:"medium,omitempty" json:"medium,omitempty"`
	Publication PublicationKind `bson:"publication,omitempty" json:"publication,omitempty"`
	Format      Format          `bson:"format,omitempty" json:"format,omitempty"`
}

// Audience is a group of readers. A restricted one is only for clients to whom it was granted.
type Audience struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Name       Localized `bson:"name,omitempty" json:"name,omitempty"`
	Restricted bool      `bson:"restricted,omitempty" json:"restricted,omitempty"`
}

// Category is a node of a tree in which products are found.
type Category struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Name     Localized `bson:"name,omitempty" json:"name,omitempty"`
	Parent   string    `bson:"parent,omitempty" json:"parent,omitempty"`
	Position int       `bson:"position,omitempty" json:"position,omitempty"` // among its siblings; equal ones stand by key

	Channels  []string `bson:"channels,omitempty" json:"channels,omitempty"` // empty: all; so too below
	Markets   []string `bson:"markets,omitempty" json:"markets,omitempty"`
	Audiences []string `bson:"audiences,omitempty" json:"audiences,omitempty"`
}

// AttributeType says what the values of an attribute are.
type AttributeType string

// The types of attribute.
const (
	TypeText     AttributeType = "TEXT"
	TypeNumber   AttributeType = "NUMBER"
	TypeBoolean  AttributeType = "BOOLEAN"
	TypeDate     AttributeType = "DATE"
	TypeOption   AttributeType = "OPTION"
	TypeOptions  AttributeType = "OPTIONS"
	TypeQuantity AttributeType = "QUANTITY"
	TypeMoney    AttributeType = "MONEY"
	TypeTable    AttributeType = "TABLE"
	TypeURL      AttributeType = "URL"
)

// Attribute defines what an attribute of products means. An attribute without a definition is accepted: its type comes from its
// value, its label is its key.
type Attribute struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Type     AttributeType `bson:"type" json:"type"`
	Label    Localized     `bson:"label,omitempty" json:"label,omitempty"`
	Group    string        `bson:"group,omitempty" json:"group,omitempty"`
	Unit     string        `bson:"unit,omitempty" json:"unit,omitempty"` // UCUM; of a QUANTITY: what a value without a unit is measured in
	Position int           `bson:"position,omitempty" json:"position,omitempty"`
}

// Option is one of the values that an attribute of type OPTION or OPTIONS can have.
type Option struct {
	ID   string `bson:"_id" json:"-"` // see OptionID
	Meta `bson:",inline" json:",inline"`

	Attribute string    `bson:"attribute" json:"attribute"`
	Key       string    `bson:"key" json:"key"`
	Label     Localized `bson:"label,omitempty" json:"label,omitempty"`
	Position  int       `bson:"position,omitempty" json:"position,omitempty"`
}

// OptionID is the natural key of an option: its attribute's key, a slash, its own key.
func OptionID(attribute, key string) string { return attribute + "/" + key }

// Family is a class of products that have the same attributes.
type Family struct {
	Key  string `bson:"_id" json:"key"`
	Meta `bson:",inline" json:",inline"`

	Name       Localized  `bson:"name,omitempty" json:"name,omitempty"`
	Attributes []string   `bson:"attributes,omitempty" json:"attributes,omitempty"`
	Required   []Required `bson:"required,omitempty" json:"required,omitempty"`
}

// Required is what a family's products must say in one channel.
type Required struct {
	Channel    string         `bson:"channel" json:"channel"`
	Attributes []string       `bson:"attributes" json:"attributes"`               // keys of attributes, or roles of media
	Weights    map[string]int `bson:"weights,omitempty" json:"weights,omitempty"` // by key; 1 where none is named
}

// RequiredIn gives what the family's products must say in a channel, or nil where it demands nothing there.
func (f *Family) RequiredIn(channel string) *Required {
	for i := range f.Required {
		if f.Required[i].Channel == channel {
			return &f.Required[i]
		}
	}
	return nil
}

// Weight is how much a key counts.
func (r *Required) Weight(key string) int {
	if weight, is := r.Weights[key]; is {
		return weight
	}
	return 1
}

// Every stands, in a list of what a client may ask for, for all that is open to everybody.
const Every = "*"

// Client is somebody who may ask: an API key, kept as its hash, with what it may do. Lists of what it may ask for are exact; one that is
// empty, or holds [Every], stands for all that is open to everybody.
type Client struct {
	Hash string `bson:"_id" json:"-"` // SHA-256 of the key, in hexadecimal
	Meta `bson:",inline" json:"-"`

	Name        string    `bson:"name" json:"name"`
	Permissions []string  `bson:"permissions,omitempty" json:"permissions,omitempty"` // besides read, which every key has
	Channels    []string  `bson:"channels,omitempty" json:"channels,omitempty"`
	Audiences   []string  `bson:"audiences,omitempty" json:"audiences,omitempty"`
	Markets     []string  `bson:"markets,omitempty" json:"markets,omitempty"`
	Origins     []string  `bson:"origins,omitempty" json:"origins,omitempty"` // of the pages that may use the key
	Defaults    *Defaults `bson:"defaults,omitempty" json:"defaults,omitempty"`

	CreatedAt *time.Time `bson:"createdAt,omitempty" json:"createdAt,omitempty"`
	CreatedBy string     `bson:"createdBy,omitempty" json:"createdBy,omitempty"`
	ExpiresAt *time.Time `bson:"expiresAt,omitempty" json:"expiresAt,omitempty"` // nil: it never does
	RevokedAt *time.Time `bson:"revokedAt,omitempty" json:"revokedAt,omitempty"` // nil: it is in force
	UsedAt    *time.Time `bson:"usedAt,omitempty" json:"usedAt,omitempty"`       // the last use, to the minute
}

// clientIDLength is how much of the hash names a client: enough that no two of some thousands share it.
const clientIDLength = 12

// ID names the client where people speak of it: the beginning of its key's hash, which gives nothing of the key away.
func (c *Client) ID() string { return c.Hash[:min(clientIDLength, len(c.Hash))] }

// InForce says that the key is right at a moment: it is not revoked, nor has it expired.
func (c *Client) InForce(at time.Time) bool {
	return c.RevokedAt == nil && (c.ExpiresAt == nil || at.Before(*c.ExpiresAt))
}
