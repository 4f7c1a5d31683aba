package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

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

// follows says whether an operation asks for what documents name: other products, or fragments. Such an answer has the tags of their kinds, whatever is named: a tag that were there only where something is named and not shown would tell
// that there is content which the caller may not see.
type follows struct {
	products, fragments bool
	seen                map[*ast.FragmentDefinition]bool
}

// followedBy looks at what an operation asks for.
func followedBy(operation *ast.OperationDefinition) *follows {
	f := &follows{seen: map[*ast.FragmentDefinition]bool{}}
	f.look(operation.SelectionSet)
	return f
}

func (f *follows) look(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			f.field(selection)
			f.look(selection.SelectionSet)
		case *ast.InlineFragment:
			f.look(selection.SelectionSet)
		case *ast.FragmentSpread:
			if !f.seen[selection.Definition] {
				f.seen[selection.Definition] = true
				f.look(selection.Definition.SelectionSet)
			}
		}
	}
}

// field looks at one field: those of a product and of a fragment lead to what is named, but for its parent, whom everybody sees who sees it, and for itself in another context.
func (f *follows) field(field *ast.Field) {
	if of := field.ObjectDefinition.Name; of != "Product" && of != "Fragment" || field.Name == "parent" || field.Name == "in" {
		return
	}
	switch field.Definition.Type.Name() {
	case "Product":
		f.products = true
	case "Fragment":
		f.fragments = true
	}
}
