package view

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"unisono/content"
	"unisono/fault"
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
	Override string // what the context is that it was reached in, where that is not the operation's own
}

// The first letter of an id says what it names.
const (
	nodeProduct  = "p"
	nodeFragment = "f"
	nodeSlot     = "s"
	nodeView     = "v" // and then the context, and what is seen in it
)

// ProductID makes the id of a product.
func ProductID(sku string) string { return NodeName{SKU: sku}.ID() }

// FragmentID makes the id of a fragment that stands on its own.
func FragmentID(key string) string { return NodeName{Fragment: key}.ID() }

// SlotID makes the id of a fragment in a slot of a product. It differs from that of the fragment alone: its text may speak of the product.
func SlotID(sku, slot, key string) string {
	return NodeName{SKU: sku, Slot: slot, Fragment: key}.ID()
}

// ID is the id of what is named: the parts, escaped and separated by slashes, as one opaque word.
func (n NodeName) ID() string {
	parts := []string{}
	if n.Override != "" {
		parts = append(parts, nodeView, n.Override)
	}
	switch {
	case n.SKU == "":
		parts = append(parts, nodeFragment, n.Fragment)
	case n.Fragment == "":
		parts = append(parts, nodeProduct, n.SKU)
	default:
		parts = append(parts, nodeSlot, n.SKU, n.Slot, n.Fragment)
	}
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "/")))
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
	if len(parts) > 2 && parts[0] == nodeView {
		node.Override, parts = parts[1], parts[2:]
	}
	switch {
	case len(parts) == 2 && parts[0] == nodeProduct:
		node.SKU = parts[1]
	case len(parts) == 2 && parts[0] == nodeFragment:
		node.Fragment = parts[1]
	case len(parts) == 4 && parts[0] == nodeSlot:
		node.SKU, node.Slot, node.Fragment = parts[1], parts[2], parts[3]
	}
	// Every name has one id: what was not written here, nothing has.
	return node, (node.SKU != "" || node.Fragment != "") && node.ID() == id
}

// assetID makes an id from what tells an asset from the others of its owner.
func assetID(owner string, media *content.Media) string {
	digest := sha256.Sum256([]byte(owner + "\x00" + media.Role + "\x00" + string(media.Locale) + "\x00" + media.URL))
	return "a" + base64.RawURLEncoding.EncodeToString(digest[:12])
}

// ReaderOf gives the reader in whose context a name is to be seen; nil where there can be no such context for this reader. The fault is LimitExceeded where a request
// asks in too many contexts.
func (r *Reader) ReaderOf(name NodeName) (*Reader, error) {
	if name.Override == "" {
		return r, nil
	}
	given := map[string]any{}
	if err := json.Unmarshal([]byte(name.Override), &given); err != nil {
		return nil, nil //nolint:nilerr // nothing has such an id
	}
	other, err := r.In(given)
	switch {
	case fault.KindOf(err) == fault.LimitExceeded:
		return nil, err
	case err != nil || other.override != name.Override:
		return nil, nil //nolint:nilerr // what may not be asked for is as what is not there
	default:
		return other, nil
	}
}

// Again gives a fragment where it stands, as another reader sees it, or nil.
func (a *Assembler) Again(ctx context.Context, reader *Reader, f *Fragment) (*Fragment, error) {
	_, fragment, err := a.Named(ctx, reader, NodeName{SKU: f.place.sku(), Slot: f.place.slot, Fragment: f.Key()})
	return fragment, err
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
	fragments, err := a.ProductFragments(ctx, product, SlotChoice{Slots: []string{name.Slot}}, len(product.lineage.Slots()))
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
