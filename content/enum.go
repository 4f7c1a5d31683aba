package content

import (
	"slices"
	"strings"
)

// The closed vocabularies, each in the order in which the API lists it.
var (
	states          = []WorkflowState{Draft, InReview, Published, Archived}
	relationKinds   = []RelationKind{Accessory, SparePart, Consumable, Alternative, Successor, Upsell, Bundle}
	mediums         = []Medium{Text, Hypertext, Image, Video, Audio}
	devices         = []Device{"DESKTOP", "TABLET", "PHONE", "TV", "KIOSK", "WATCH", "VOICE"}
	moments         = []Moment{"DISCOVER", "COMPARE", "BUY", "ONBOARD", "USE", "TROUBLESHOOT", "RENEW"}
	publications    = []PublicationKind{"PAGE", "CATALOG", "DATASHEET", "INSTRUCTIONS", "LABEL", "FLYER"}
	formats         = []Format{"WEB", "APP", "PDF", "PAPER", "EMAIL", "MULTIMEDIA"}
	platforms       = []Platform{"OWN_SITE", "APP", "MARKETPLACE", "AGGREGATOR", "PORTAL", "KIOSK", "STORE", "SOCIAL", "EMAIL", "PRINT"}
	selectionOrders = []SelectionOrder{LanguageFirst, SpecificityFirst}
	attributeTypes  = []AttributeType{TypeText, TypeNumber, TypeBoolean, TypeDate, TypeOption, TypeOptions, TypeQuantity, TypeMoney, TypeTable, TypeURL}
)

// vocabulary is a closed set of words that a dimension or a field can have.
type vocabulary[E ~string] []E

func (v vocabulary[E]) has(word E) bool { return slices.Contains(v, word) }

// List gives words separated by commas, for messages.
func List[E ~string](words []E) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// Devices lists the devices that a context can name.
func Devices() []Device { return slices.Clone(devices) }

// Moments lists the moments that a context can name.
func Moments() []Moment { return slices.Clone(moments) }

// Mediums lists the media that a context can name.
func Mediums() []Medium { return slices.Clone(mediums) }

// Publications lists the kinds of publication that a context can name.
func Publications() []PublicationKind { return slices.Clone(publications) }

// Formats lists the formats that a context can name.
func Formats() []Format { return slices.Clone(formats) }
