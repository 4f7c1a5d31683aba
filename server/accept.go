package server

import (
	"iter"
	"mime"
	"strconv"
	"strings"
)

// weighted gives the items of an Accept or an Accept-Encoding, in small letters, each with its weight (RFC 9110 §12.4.2). What is not written right is passed over.
func weighted(header string) iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		for part := range strings.SplitSeq(header, ",") {
			item, params, err := mime.ParseMediaType(part)
			if err != nil {
				continue
			}
			weight := 1.0
			if text, is := params["q"]; is {
				if weight, err = strconv.ParseFloat(text, 64); err != nil || !(weight >= 0 && weight <= 1) {
					continue
				}
			}
			if !yield(item, weight) {
				return
			}
		}
	}
}

// wanted is how much a media type is wanted.
type wanted struct {
	weight float64
	exact  int // how exactly it was named: by a range of all types, of some, by itself; 0: not at all
	place  int // where in the header; of what is wanted alike the first is taken
}

// acceptable chooses the media type of the answer by an Accept header, "" where none fits. A client that names none, or anything, gets
// application/json, which all understand.
func acceptable(header string) string {
	if strings.TrimSpace(header) == "" || header == "*/*" || header == mediaJSON { // as most clients write it
		return mediaJSON
	}
	asJSON, asGraphQL, place := wanted{}, wanted{}, 0
	for item, weight := range weighted(header) {
		place++
		switch item {
		case mediaJSON:
			asJSON.is(weight, 3, place)
		case mediaGraphQL:
			asGraphQL.is(weight, 3, place)
		case "application/*":
			asJSON.is(weight, 2, place)
			asGraphQL.is(weight, 2, place)
		case "*/*":
			asJSON.is(weight, 1, place)
			asGraphQL.is(weight, 1, place)
		}
	}
	switch {
	case asJSON.weight == 0 && asGraphQL.weight == 0:
		return ""
	case asGraphQL.weight > asJSON.weight || asGraphQL.weight == asJSON.weight && asGraphQL.place < asJSON.place:
		return mediaGraphQL
	default:
		return mediaJSON
	}
}

// is says how much the media type is wanted, unless it was said more exactly, or as exactly before.
func (w *wanted) is(weight float64, exact, place int) {
	if exact > w.exact {
		*w = wanted{weight, exact, place}
	}
}
