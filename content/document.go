// Package content holds the documents that the gateway keeps: products, fragments and the definitions that give them
// meaning (channels, audiences, categories, attributes, options, families). It says what each may hold, reads changes to them from JSON, and
// checks them.
//
// It refuses to know who is asking, which reader something is for, or how documents are stored. Everything here is a
// plain value: a document that was handed out is never changed afterwards.
package content

import (
	"time"
)

// SchemaVersion is the version of the document shapes that this program writes.
const SchemaVersion = 1

// Kind names a class of document. In the database it is the name of a collection, see [Kind.Collection].
type Kind string

// The kinds of document.
const (
	KindChannel   Kind = "channel"
	KindAudience  Kind = "audience"
	KindCategory  Kind = "category"
	KindAttribute Kind = "attribute"
	KindOption    Kind = "option"
	KindFamily    Kind = "family"
	KindFragment  Kind = "fragment"
	KindProduct   Kind = "product"
	KindClient    Kind = "client"
	KindAudit     Kind = "audit"
)

// Kinds lists the kinds that content consists of, in the order in which an export writes them and an import can read
// them: what is referred to comes first. Clients hold secrets and are not content, nor is the record of who changed what.
func Kinds() []Kind {
	return []Kind{
		KindAudience, KindChannel, KindCategory, KindAttribute, KindOption, KindFamily, KindFragment, KindProduct,
	}
}

// Collection is the name of the collection that holds the documents of this kind.
func (k Kind) Collection() string {
	switch k {
	case KindCategory:
		return "categories"
	case KindFamily:
		return "families"
	case KindAudit:
		return "audit"
	default:
		return string(k) + "s"
	}
}

// Meta is what every document carries besides its content.
type Meta struct {
	SchemaVersion int       `bson:"schemaVersion" json:"-"`
	Revision      int       `bson:"revision" json:"-"`  // one higher with each write by the gateway; 0: written by another program
	UpdatedAt     time.Time `bson:"updatedAt" json:"-"` // when the gateway last wrote it
}

// Metadata gives access to a document's Meta whatever its kind.
func (m *Meta) Metadata() *Meta { return m }
