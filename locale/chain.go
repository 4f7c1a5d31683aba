package locale

import (
	"fmt"
	"slices"

	"unisono/fault"
)

// Fallback is what is tried, in this order, after a locale for which nothing is there. An empty Chain means: nothing, not
// even the default.
type Fallback struct {
	Locale Tag
	Market string // ISO 3166-1 alpha-2; "" is for readers in every market without a list of its own
	Chain  []Tag
}

// Fallbacks are one channel's lists. They do not change once made, so they may be shared; the zero value has no list.
type Fallbacks struct {
	lists map[place][]Tag
}

// place is what a list is found by.
type place struct {
	locale Tag
	market string
}

// NewFallbacks collects lists, in whatever order; it copies them. The error is a [fault.Problems] with everything that
// is wrong, each place beginning with the number of a list: a locale that is missing or not as [Parse] writes it, a
// market that is no country code, a second list for a locale and market.
//
// A list may name a locale that has a list itself, and lists may name each other: [Chain] never expands what it takes
// from one.
func NewFallbacks(lists ...Fallback) (Fallbacks, error) {
	var problems fault.Problems
	made := Fallbacks{lists: make(map[place][]Tag, len(lists))}
	for i, list := range lists {
		at := fault.Place{}.Index(i)
		checkTag(&problems, at.Field("locale"), list.Locale)
		if list.Market != "" && !isCountry(list.Market) {
			problems.Add(at.Field("market"), fault.Invalid,
				fmt.Sprintf("%.40q is no country code; two capital letters are expected, such as DK", list.Market))
		}
		for j, tag := range list.Chain {
			checkTag(&problems, at.Field("chain").Index(j), tag)
		}
		key := place{list.Locale, list.Market}
		if _, twice := made.lists[key]; twice {
			problems.Add(at, fault.Conflicting, "there is a list for this locale and market already")
		}
		made.lists[key] = slices.Clone(list.Chain)
	}
	if err := problems.Err(); err != nil {
		return Fallbacks{}, err
	}
	return made, nil
}

func checkTag(problems *fault.Problems, at fault.Place, tag Tag) {
	canonical, refused := parse(string(tag))
	switch {
	case tag == "":
		problems.Add(at, fault.Invalid, "it is missing; "+wanted)
	case refused != nil:
		problems.Add(at, fault.Invalid, refused.Message)
	case canonical != tag:
		problems.Add(at, fault.Invalid, fmt.Sprintf("%.64q is written %s", string(tag), canonical))
	}
}

func isCountry(code string) bool {
	return len(code) == 2 && 'A' <= code[0] && code[0] <= 'Z' && 'A' <= code[1] && code[1] <= 'Z'
}

// of finds the list for a locale, the market's own one first.
func (f Fallbacks) of(locale Tag, market string) (list []Tag, ok bool) {
	if list, ok = f.lists[place{locale, market}]; ok {
		return list, true
	}
	list, ok = f.lists[place{locale: locale}]
	return list, ok
}

// Chain gives the languages to try for a reader who asked for one, in order: asked, then its ancestors as far as the
// first that has a list for the reader's market or for all, then that list and nothing more. Where no ancestor has a
// list, the default comes last. What is named twice keeps its first place; listed tags are taken as they are, without
// their own ancestors and lists, so lists that name each other do no harm.
//
// Market and def may be "", for none. With no locale asked for, the chain is def alone.
func Chain(asked Tag, market string, fallbacks Fallbacks, def Tag) []Tag {
	var chain []Tag
	add := func(tags ...Tag) {
		for _, tag := range tags {
			if tag != "" && !slices.Contains(chain, tag) {
				chain = append(chain, tag)
			}
		}
	}
	for tag, ok := asked, asked != ""; ok; tag, ok = tag.Parent() {
		add(tag)
		if list, configured := fallbacks.of(tag, market); configured {
			add(list...)
			return chain
		}
	}
	add(def)
	return chain
}
