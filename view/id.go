package view

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"path"
	"strings"

	"unisono/content"
)

// Node is what has an id of its own.
type Node interface {
	ID() string
	IsNode()
}

// IsNode marks products as nodes.
func (*Product) IsNode() {}

// IsNode marks fragments as nodes.
func (*Fragment) IsNode() {}

// NodeName names one thing among all nodes.
type NodeName struct {
	SKU      string // of a product, or of the product on which a fragment stands
	Slot     string // of a fragment that stands on a product
	Fragment string // the key of a fragment; "" for a product
}

// The first letter of an id says what it names.
const (
	nodeProduct  = "p"
	nodeFragment = "f"
	nodeSlot     = "s"
)

// ProductID makes the id of a product.
func ProductID(sku string) string { return nodeID(nodeProduct, sku) }

// FragmentID makes the id of a fragment that stands on its own.
func FragmentID(key string) string { return nodeID(nodeFragment, key) }

// SlotID makes the id of a fragment in a slot of a product. It differs from that of the fragment alone: its text may speak of the product.
func SlotID(sku, slot, key string) string { return nodeID(nodeSlot, sku, slot, key) }

// nodeID writes the parts, escaped and separated by slashes, as one opaque word.
func nodeID(letter string, parts ...string) string {
	id := letter
	for _, part := range parts {
		id += "/" + url.PathEscape(part)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(id))
}

// ReadID gives what an id names; not ok where nothing could have this id.
func ReadID(id string) (node NodeName, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return NodeName{}, false
	}
	parts := strings.Split(string(raw), "/")
	for i, part := range parts {
		if parts[i], err = url.PathUnescape(part); err != nil {
			return NodeName{}, false
		}
	}
	switch {
	case len(parts) == 2 && parts[0] == nodeProduct:
		node = NodeName{SKU: parts[1]}
	case len(parts) == 2 && parts[0] == nodeFragment:
		node = NodeName{Fragment: parts[1]}
	case len(parts) == 4 && parts[0] == nodeSlot:
		node = NodeName{SKU: parts[1], Slot: parts[2], Fragment: parts[3]}
	}
	// Every name has one id: what was not written here, nothing has.
	return node, node != NodeName{} && node.id() == id
}

// id is the id of what is named.
func (n NodeName) id() string {
	switch {
	case n.SKU == "":
		return FragmentID(n.Fragment)
	case n.Fragment == "":
		return ProductID(n.SKU)
	default:
		return SlotID(n.SKU, n.Slot, n.Fragment)
	}
}

// assetID makes an id from what tells an asset from the others of its owner.
func assetID(owner string, media *content.Media) string {
	digest := sha256.Sum256([]byte(owner + "\x00" + media.Role + "\x00" + string(media.Locale) + "\x00" + media.URL))
	return "a" + base64.RawURLEncoding.EncodeToString(digest[:12])
}

// mimeTypes are the media types that are guessed from the ending of a URL's path. The list is ours, so that every machine guesses alike.
var mimeTypes = map[string]string{
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg",
	".ogg": "audio/ogg", ".pdf": "application/pdf", ".html": "text/html",
}

func mimeTypeOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "application/octet-stream"
	}
	return cmp.Or(mimeTypes[strings.ToLower(path.Ext(parsed.Path))], "application/octet-stream")
}

// Named gives the product or the fragment that a name names; both are nil where neither is there for the reader. A fragment on a product is
// there only while the product is, and while it stands in that slot.
func (a *Assembler) Named(ctx context.Context, reader *Reader, name NodeName) (*Product, *Fragment, error) {
	if name.SKU == "" {
		if name.Fragment == "" {
			return nil, nil, nil
		}
		fragment, err := a.Fragment(ctx, reader, name.Fragment)
		return nil, fragment, err
	}
	product, err := a.Product(ctx, reader, name.SKU)
	if err != nil || product == nil || name.Fragment == "" {
		return product, nil, err
	}
	fragments, err := a.ProductFragments(ctx, product, SlotChoice{Slots: []string{name.Slot}}, len(product.slots(nil)))
	if err != nil {
		return nil, nil, err
	}
	for _, fragment := range fragments {
		if fragment.Key() == name.Fragment {
			return nil, fragment, nil
		}
	}
	return nil, nil, nil
}
