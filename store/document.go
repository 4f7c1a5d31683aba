package store

import (
	"bytes"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
)

// The fields that every document has besides its content, as content.Meta and the tombstones name them.
const (
	fieldID            = "_id"
	fieldRevision      = "revision"
	fieldUpdatedAt     = "updatedAt"
	fieldSchemaVersion = "schemaVersion"
	fieldDeleted       = "deleted" // true in a tombstone, absent elsewhere
)

// isMeta says that a field is the store's own: no change of it alone is a change of content.
func isMeta(field string) bool {
	switch field {
	case fieldID, fieldRevision, fieldUpdatedAt, fieldSchemaVersion:
		return true
	default:
		return false
	}
}

// isTombstone says that a document was deleted: what is left keeps its revision, so that recreation counts on.
func isTombstone(raw bson.Raw) bool {
	deleted, ok := raw.Lookup(fieldDeleted).BooleanOK()
	return ok && deleted
}

// tombstone is what Delete leaves of a document.
func tombstone(id string, meta content.Meta) bson.D {
	return bson.D{
		{Key: fieldID, Value: id},
		{Key: fieldDeleted, Value: true},
		{Key: fieldRevision, Value: meta.Revision},
		{Key: fieldUpdatedAt, Value: meta.UpdatedAt},
		{Key: fieldSchemaVersion, Value: meta.SchemaVersion},
	}
}

// nextMeta is the Meta of the write that follows a document as read; a nil document was never there. A version that a
// newer program wrote is kept: what that program added is still in the document.
func nextMeta(asRead bson.Raw, now time.Time) content.Meta {
	meta := content.Meta{SchemaVersion: content.SchemaVersion, Revision: 1, UpdatedAt: now}
	if revision, ok := asRead.Lookup(fieldRevision).AsInt64OK(); ok {
		meta.Revision = int(revision) + 1
	}
	if version, ok := asRead.Lookup(fieldSchemaVersion).AsInt64OK(); ok {
		meta.SchemaVersion = max(meta.SchemaVersion, int(version))
	}
	return meta
}

// idOf gives the id of a document, in the shell's notation where it is no string.
func idOf(raw bson.Raw) string {
	id := raw.Lookup(fieldID)
	if text, ok := id.StringValueOK(); ok {
		return text
	}
	return id.String()
}

// difference says which fields of the document an update sets and removes to make next out of current. Both are
// encodings of the same type, so a field that neither has is unknown to it and is left as it is.
func difference(current, next bson.Raw) (set, unset bson.D, err error) {
	before, err := current.Elements()
	if err != nil {
		return nil, nil, err
	}
	after, err := next.Elements()
	if err != nil {
		return nil, nil, err
	}
	for _, field := range after {
		if isMeta(field.Key()) {
			continue
		}
		if was, err := current.LookupErr(field.Key()); err != nil || !sameValue(was, field.Value()) {
			set = append(set, bson.E{Key: field.Key(), Value: field.Value()})
		}
	}
	for _, field := range before {
		if _, err := next.LookupErr(field.Key()); err != nil && !isMeta(field.Key()) {
			unset = append(unset, bson.E{Key: field.Key(), Value: ""})
		}
	}
	return set, unset, nil
}

// sameValue says that two values are equal, whatever the order of the fields in documents: Go's maps have none.
func sameValue(a, b bson.RawValue) bool {
	if a.Type != b.Type {
		return false
	}
	if bytes.Equal(a.Value, b.Value) {
		return true
	}
	if a.Type != bson.TypeEmbeddedDocument && a.Type != bson.TypeArray || len(a.Value) != len(b.Value) {
		return false
	}
	// Both were encoded by this program: they are well formed and name no field twice.
	elements, err := bson.Raw(a.Value).Elements()
	if err != nil {
		return false
	}
	for _, element := range elements {
		other, err := bson.Raw(b.Value).LookupErr(element.Key())
		if err != nil || !sameValue(element.Value(), other) {
			return false
		}
	}
	return true
}
