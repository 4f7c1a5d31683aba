package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"unisono/fault"
	"unisono/targeting"
)

// cursor is a place in one list, as it stands in the API: where an item stands or stood, so that it need not be there any more.
type cursor struct {
	Order  *string `json:"o,omitempty"` // the name, or the time of first publication; none for what has none
	Key    string  `json:"k"`
	Digest string  `json:"d"` // of what makes the list; another list refuses the cursor
}

// digestOf names a list by what makes it: its order, its language and its filter.
func digestOf(parts ...any) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%#v", parts))
	return base64.RawURLEncoding.EncodeToString(digest[:9])
}

func digestOfProducts(query *ProductQuery, reader *targeting.Context) string {
	attributes := make([]string, len(query.Attributes))
	for i := range query.Attributes {
		attributes[i] = query.Attributes[i].String()
	}
	return digestOf("products", query.Order, reader.Chain(), reader.Channel().Key, query.SKUs, query.Categories, query.Families, query.Levels, attributes, query.Text)
}

// String writes all that the filter asks.
func (f *AttributeFilter) String() string {
	written, err := f.written()
	if err != nil {
		return fmt.Sprintf("%#v", f) // never: what is asked by the API is valid UTF-8
	}
	return written
}

// written is the filter as JSON. The error says that it holds what JSON cannot say.
func (f *AttributeFilter) written() (string, error) {
	written, err := json.Marshal(map[string]any{
		"key": f.Key, "equals": f.Equals, "in": f.In, "min": f.Min, "max": f.Max, "unit": f.Unit, "exists": f.Exists,
	}, json.Deterministic(true))
	return string(written), err
}

func writeCursor(place cursor) string {
	written, err := json.Marshal(place)
	if err != nil {
		return "" // never: a cursor holds nothing that JSON cannot say, for keys are valid UTF-8
	}
	return base64.RawURLEncoding.EncodeToString(written)
}

func readCursor(argument, text, digest string) (cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place := cursor{}
	if err == nil {
		err = json.Unmarshal(raw, &place)
	}
	if err != nil || place.Key == "" {
		return cursor{}, fault.New(fault.BadUserInput, "%s: %.60q is no cursor; one from pageInfo or edges.cursor is expected", argument, text)
	}
	if place.Digest != digest {
		return cursor{}, fault.New(fault.BadUserInput, "%s: this cursor is of another list; one from the same order, language and filter is expected", argument)
	}
	return place, nil
}

// cursorOf gives the cursor of an item.
func (l *ProductList) cursorOf(of *item) string {
	place := cursor{Key: of.rank.sku, Digest: l.name()}
	if !of.last {
		r, order := l.snapshot.records[of.id], ""
		if l.selection.query.Order == Newest {
			order = strconv.FormatInt(r.first.UnixMilli(), 10)
		} else {
			order = spelled(r.name(of.column))
		}
		place.Order = &order
	}
	return writeCursor(place)
}

// rankKey gives by what a list orders an item with this in its cursor.
func (l *ProductList) rankKey(order string) (key []byte, ok bool) {
	switch l.selection.query.Order {
	case ByName, ByNameDesc:
		return nameRank(collators.of(l.snapshot.sortingOf(l.reader.Chain())), order), true
	case Newest:
		milliseconds, err := strconv.ParseInt(order, 10, 64)
		return timeRank(time.UnixMilli(milliseconds)), err == nil
	default:
		return nil, false
	}
}
