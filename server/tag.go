package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"unisono/content"
)

// TagOf is the tag that answers bear in which a document is shown, so that they can be purged from where they are kept when it changes: a keyed hash (HMAC-SHA256), by which nobody without the key can tell
// what is in an answer. With no key of a document it is the tag of all answers to whom it matters which documents of the kind there are, such as lists.
func TagOf(secret string, kind content.Kind, key string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(string(kind) + "\x00" + key)) // a hash takes all
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:tagBytes])
}

// KindDefinition stands, in [TagOf], for all that is neither a product nor a fragment: channels, audiences, attributes, families and categories, which may be in every answer.
const KindDefinition content.Kind = "definition"

const (
	tagBytes = 9   // 12 characters
	mostTags = 500 // what delivers content takes 16 KB of tags at the most, and less than that of a header
)

// tagsOf writes the tags of an answer in which documents are shown. One that shows too many has the tags of their kinds: it is purged with any of them.
func tagsOf(secret string, products, fragments []string, listsProducts, listsFragments bool) string {
	tags := []string{TagOf(secret, KindDefinition, "")}
	tooMany := len(products)+len(fragments) > mostTags
	for _, of := range []struct {
		kind  content.Kind
		keys  []string
		lists bool
	}{{content.KindProduct, products, listsProducts}, {content.KindFragment, fragments, listsFragments}} {
		if of.lists || tooMany && len(of.keys) > 0 {
			tags = append(tags, TagOf(secret, of.kind, ""))
		}
		if tooMany {
			continue
		}
		for _, key := range of.keys {
			tags = append(tags, TagOf(secret, of.kind, key))
		}
	}
	slices.Sort(tags)
	return strings.Join(slices.Compact(tags), ",")
}
