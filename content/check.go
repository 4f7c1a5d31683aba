package content

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"unisono/fault"
	"unisono/locale"
)

// Bounds of one document. A document of MongoDB holds 16 MiB; these keep far below it and keep assembly quick.
const (
	maxKeyBytes   = 200     // of a key, a SKU, a slug, an id
	maxTextBytes  = 1 << 20 // of a body or a text value
	maxTitleBytes = 10_000
	maxURLBytes   = 4096

	maxAttributeValues = 5000
	maxVariants        = 500
	maxListItems       = 1000 // of every other list
)

// checker gathers what is wrong with one document.
type checker struct {
	definitions *Definitions
	problems    fault.Problems
}

func (c *checker) add(at fault.Place, format string, args ...any) {
	c.problems.Add(at, fault.Invalid, fmt.Sprintf(format, args...))
}

// key checks an identifier that must be there.
func (c *checker) key(at fault.Place, key string) {
	if key == "" {
		c.add(at, "it is missing; a key is expected")
		return
	}
	c.optionalKey(at, key)
}

// optionalKey checks an identifier that may be left out.
func (c *checker) optionalKey(at fault.Place, key string) {
	switch {
	case key == "":
	case len(key) > maxKeyBytes:
		c.add(at, "it has %d bytes; a key has at most %d", len(key), maxKeyBytes)
	case !utf8.ValidString(key), strings.ContainsFunc(key, unicode.IsControl):
		c.add(at, "%q holds characters that no key can have", key)
	case strings.TrimSpace(key) != key:
		c.add(at, "%q begins or ends with white space, or is nothing else", key)
	}
}

func (c *checker) keys(at fault.Place, keys []string) {
	c.count(at, len(keys), maxListItems)
	seen := map[string]bool{}
	for i, key := range keys {
		c.key(at.Index(i), key)
		if seen[key] {
			c.add(at.Index(i), "%q stands twice in this list", key)
		}
		seen[key] = true
	}
}

func (c *checker) count(at fault.Place, have, most int) {
	if have > most {
		c.problems.Add(at, fault.TooMany, fmt.Sprintf("it has %d items; at most %d are kept", have, most))
	}
}

func (c *checker) text(at fault.Place, text string, most int) {
	switch {
	case len(text) > most:
		c.add(at, "it has %d bytes; at most %d are kept", len(text), most)
	case !utf8.ValidString(text):
		c.add(at, "it is not valid UTF-8")
	case strings.ContainsRune(text, 0):
		c.add(at, "it holds a null character")
	}
}

func (c *checker) localized(at fault.Place, texts Localized) {
	c.count(at, len(texts), maxListItems)
	for _, tag := range slices.Sorted(maps.Keys(texts)) {
		if tag == "" {
			c.add(at, "a text stands under no language")
		}
		c.text(at.Field(string(tag)), texts[tag], maxTitleBytes)
	}
}

// locales checks a list of languages, none of which may be empty or stand there twice.
func (c *checker) locales(at fault.Place, tags []locale.Tag) {
	c.count(at, len(tags), maxListItems)
	for i, tag := range tags {
		switch {
		case tag == "":
			c.add(at.Index(i), "it is missing; a locale is expected, such as da")
		case slices.Contains(tags[:i], tag):
			c.add(at.Index(i), "%q stands twice in this list", tag)
		}
	}
}

func (c *checker) url(at fault.Place, url string) {
	c.text(at, url, maxURLBytes)
	if err := CheckURL(url); err != nil {
		c.add(at, "%v", err)
	}
}

// markets checks country codes: two capital letters, as in ISO 3166-1 alpha-2.
func (c *checker) markets(at fault.Place, markets []string) {
	c.count(at, len(markets), maxListItems)
	for i, market := range markets {
		c.market(at.Index(i), market)
		if slices.Contains(markets[:i], market) {
			c.add(at.Index(i), "%q stands twice in this list", market)
		}
	}
}

func (c *checker) market(at fault.Place, market string) {
	if market != "" && !IsCountryCode(market) || market == "" {
		c.add(at, "%.40q is no country code; two capital letters are expected, such as DK", market)
	}
}

// IsCountryCode says that a text has the form of an ISO 3166-1 alpha-2 code. Which of them are in use changes over time, and the
// house's own (XK, XX …) are used too, so membership is not checked.
func IsCountryCode(text string) bool {
	return len(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z'
}

// channels checks references to channels, which must be there: a misspelt one would hide content from everybody.
func (c *checker) channels(at fault.Place, keys []string) {
	c.keys(at, keys)
	for i, key := range keys {
		c.channel(at.Index(i), key)
	}
}

func (c *checker) channel(at fault.Place, key string) {
	if _, there := c.definitions.Channels[key]; key != "" && !there {
		c.missing(at, "channel", key, keysOf(c.definitions.Channels))
	}
}

func (c *checker) audiences(at fault.Place, keys []string) {
	c.keys(at, keys)
	for i, key := range keys {
		c.audience(at.Index(i), key)
	}
}

func (c *checker) audience(at fault.Place, key string) {
	if _, there := c.definitions.Audiences[key]; key != "" && !there {
		c.missing(at, "audience", key, keysOf(c.definitions.Audiences))
	}
}

// missing reports a reference to a definition that is not there and lists those that are.
func (c *checker) missing(at fault.Place, what, key string, known []string) {
	const most = 20
	shown := known
	if len(shown) > most {
		shown = shown[:most]
	}
	text := "there are none yet"
	if len(shown) > 0 {
		text = "there are " + strings.Join(shown, ", ")
		if len(known) > most {
			text += " and others"
		}
	}
	c.problems.Add(at, fault.NotFound, fmt.Sprintf("there is no %s %.100q; %s", what, key, text))
}

// enum checks a word of a closed vocabulary; an empty one is left to required.
func enum[E ~string](c *checker, at fault.Place, word E, words vocabulary[E]) {
	if word != "" && !words.has(word) {
		c.add(at, "%.40q is not one of %s", word, List(words))
	}
}

func enums[E ~string](c *checker, at fault.Place, given []E, words vocabulary[E]) {
	c.count(at, len(given), maxListItems)
	for i, word := range given {
		if !words.has(word) {
			c.add(at.Index(i), "%.40q is not one of %s", word, List(words))
		}
	}
}

func required[E ~string](c *checker, at fault.Place, word E, words vocabulary[E]) {
	if word == "" {
		c.add(at, "it is missing; one of %s is expected", List(words))
		return
	}
	enum(c, at, word, words)
}
