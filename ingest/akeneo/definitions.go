package akeneo

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
)

// labels are the columns label-LOCALE of a table.
type labels struct {
	columns []string
	tags    []locale.Tag
}

const labelPrefix = "label-"

// labelColumns reads the header once, so that a locale that is none is reported once.
func labelColumns(t *table) labels {
	found := labels{}
	for _, name := range t.header {
		suffix, is := strings.CutPrefix(name, labelPrefix)
		if !is {
			continue
		}
		tag, err := locale.Parse(suffix)
		if err != nil {
			t.problem(1, name, fault.Invalid, "the column is passed over: "+publicText(err))
			continue
		}
		found.columns, found.tags = append(found.columns, name), append(found.tags, tag)
	}
	return found
}

func publicText(err error) string {
	if known := (*fault.Error)(nil); errors.As(err, &known) {
		return known.Message
	}
	return err.Error()
}

// set sets a field to the labels of a row. Without any column the field is left alone.
func (l labels) set(p *patch, field string, row *row) {
	if len(l.columns) == 0 {
		return
	}
	texts := content.Localized{}
	for i, column := range l.columns {
		if text := row.cell(column); text != "" {
			texts[l.tags[i]] = text
		}
	}
	if len(texts) == 0 {
		p.set(field, nil, l.columns[0])
		return
	}
	p.set(field, texts, l.columns[0])
}

// defining reads a file whose rows define one thing each, by the column "code". A row without a code is reported and passed over.
func (e *export) defining(ctx context.Context, name string, kind content.Kind, fill func(*patch, *row, labels)) error {
	found := labels{}
	begin := func(t *table) {
		found = labelColumns(t)
		if !t.has("code") && len(t.header) > 0 {
			t.problem(1, "code", fault.Invalid, "this column is missing, so nothing of this file can be read; its columns are "+some(t.header))
		}
	}
	return e.each(ctx, name, begin, func(row *row) error {
		if row.cell("code") == "" {
			if row.has("code") {
				row.problem("code", fault.Invalid, "the code is missing; the row is passed over")
			}
			return nil
		}
		p := &patch{}
		fill(p, row, found)
		item, err := p.item(kind, row, nil)
		if err != nil {
			return err
		}
		return e.yield(item)
	})
}

func (e *export) channels(ctx context.Context) error {
	return e.defining(ctx, channelsFile, content.KindChannel, func(p *patch, row *row, names labels) {
		code := row.cell("code")
		p.text("key", code, "code")
		names.set(p, "name", row)
		p.set("platform", platform(code), "code")
		locales := e.locales(row)
		if row.has("locales") {
			list(p, "locales", locales, "locales")
		}
		if first := e.firstLocale(locales); first != "" {
			p.set("defaultLocale", first, "locales")
		}
	})
}

// locales reads the locales of a channel and reports those that are none.
func (e *export) locales(row *row) []locale.Tag {
	tags := []locale.Tag{}
	for _, word := range row.list("locales") {
		tag, err := locale.Parse(word)
		if err != nil {
			row.problem("locales", fault.Invalid, "it is left out: %s", publicText(err))
			continue
		}
		tags = append(tags, tag)
	}
	return tags
}

// firstLocale is the default locale of a channel.
func (e *export) firstLocale(locales []locale.Tag) locale.Tag {
	if len(locales) == 0 {
		return e.defaultLocale
	}
	for _, tag := range locales {
		if tag == e.defaultLocale {
			return tag
		}
	}
	return locales[0]
}

// platform guesses from a channel's code which platform it is, since Akeneo does not say. A word of the code decides, the first that
// is known: mobile, app, ios, android and tablet are an APP; print, catalog, catalogue and paper PRINT; marketplace, amazon, ebay and
// zalando a MARKETPLACE; google, shopping, feed and aggregator an AGGREGATOR; portal, b2b, partner and dealer a PORTAL; kiosk a KIOSK;
// store, pos and retail a STORE; social, facebook, instagram and tiktok SOCIAL; mail, email and newsletter EMAIL. Everything
// else, ecommerce, web and site among it, is the OWN_SITE. An editor can change it afterwards, but the next import guesses again.
func platform(code string) content.Platform {
	words := strings.FieldsFunc(strings.ToLower(code), func(r rune) bool { return r == '_' || r == '-' || r == ' ' })
	for _, word := range words {
		if known, is := platforms[word]; is {
			return known
		}
	}
	return "OWN_SITE"
}

var platforms = map[string]content.Platform{
	"mobile": "APP", "app": "APP", "ios": "APP", "android": "APP", "tablet": "APP",
	"print": "PRINT", "catalog": "PRINT", "catalogue": "PRINT", "paper": "PRINT",
	"marketplace": "MARKETPLACE", "amazon": "MARKETPLACE", "ebay": "MARKETPLACE", "zalando": "MARKETPLACE",
	"google": "AGGREGATOR", "shopping": "AGGREGATOR", "feed": "AGGREGATOR", "aggregator": "AGGREGATOR",
	"portal": "PORTAL", "b2b": "PORTAL", "partner": "PORTAL", "dealer": "PORTAL",
	"kiosk": "KIOSK", "store": "STORE", "pos": "STORE", "retail": "STORE",
	"social": "SOCIAL", "facebook": "SOCIAL", "instagram": "SOCIAL", "tiktok": "SOCIAL",
	"mail": "EMAIL", "email": "EMAIL", "newsletter": "EMAIL",
	"ecommerce": "OWN_SITE", "web": "OWN_SITE", "site": "OWN_SITE", "website": "OWN_SITE",
}

func (e *export) categories(ctx context.Context) error {
	siblings := map[string]int{}
	return e.defining(ctx, categoriesFile, content.KindCategory, func(p *patch, row *row, names labels) {
		p.text("key", row.cell("code"), "code")
		names.set(p, "name", row)
		parent := e.refer(row, "parent", row.cell("parent"), e.index.categories, categoriesFile)
		if row.has("parent") {
			p.text("parent", parent, "parent")
		}
		parent = strings.Clone(parent)
		siblings[parent]++
		p.set("position", siblings[parent], "code")
	})
}

// refer gives a code in its defined spelling and reports one that the file for it does not define. It is kept all the same: it may have
// come by an earlier import.
func (e *export) refer(row *row, column, code string, known codes, file string) string {
	if code == "" {
		return ""
	}
	spelling, is := known.spell(code)
	if !is {
		row.problem(column, fault.NotFound, "%s does not define %.100q; it is kept as it stands", file, code)
	}
	return spelling
}

func (e *export) options(ctx context.Context) error {
	places := map[string]int{}
	fill := func(p *patch, row *row, names labels) {
		attribute := e.attributeKey(strings.Clone(row.cell("attribute")))
		places[attribute]++
		p.text("attribute", attribute, "attribute")
		p.text("key", row.cell("code"), "code")
		names.set(p, "label", row)
		p.set("position", order(row, places[attribute]), "sort_order")
		if e.index.attributes != nil && attribute != "" && e.index.attributes[strings.ToLower(attribute)] == nil {
			row.problem("attribute", fault.NotFound, "%s does not define %.100q; it is kept as it stands", attributesFile, attribute)
		}
	}
	return e.defining(ctx, optionsFile, content.KindOption, fill)
}

// order reads the column sort_order; the place in the file stands in where it is empty or not a number.
func order(row *row, place int) int {
	cell := row.cell("sort_order")
	if cell == "" {
		return place
	}
	number, err := strconv.Atoi(cell)
	if err != nil {
		row.problem("sort_order", fault.Invalid, "%.40q is no whole number; the place in the file counts instead", cell)
		return place
	}
	return number
}

func (e *export) families(ctx context.Context) error {
	const prefix = "requirements-"
	return e.defining(ctx, familiesFile, content.KindFamily, func(p *patch, row *row, names labels) {
		p.text("key", row.cell("code"), "code")
		names.set(p, "name", row)
		if row.has("attributes") {
			list(p, "attributes", e.attributeList(row, "attributes"), "attributes")
		}
		required, given := []content.Required{}, false
		for _, column := range row.header {
			channel, is := strings.CutPrefix(column, prefix)
			if !is {
				continue
			}
			given = true
			spelled, known := e.index.channels.spell(channel)
			attributes := without(e.attributeList(row, column), e.identifier)
			switch {
			case !known && len(attributes) > 0:
				row.problem(column, fault.NotFound, "%s does not define the channel %.100q; what it requires is left out", channelsFile, channel)
			case len(attributes) > 0:
				required = append(required, content.Required{Channel: spelled, Attributes: attributes})
			}
		}
		if given {
			list(p, "required", required, prefix+"CHANNEL")
		}
	})
}

// attributeList reads a list of attributes' codes and reports those that attributes.csv does not define. They are kept: an attribute needs
// no definition.
func (e *export) attributeList(row *row, column string) []string {
	keys := []string{}
	for _, code := range row.list(column) {
		key := e.attributeKey(code)
		if e.index.attributes != nil && e.index.attributes[strings.ToLower(code)] == nil {
			row.problem(column, fault.NotFound, "%s does not define %.100q; it is kept as it stands", attributesFile, code)
		}
		keys = append(keys, key)
	}
	return dedupe(keys)
}

// dedupe drops words that stood before, which happens where codes differ in case alone.
func dedupe[T comparable](words []T) []T {
	seen := make(map[T]bool, len(words))
	kept := words[:0]
	for _, word := range words {
		if !seen[word] {
			seen[word] = true
			kept = append(kept, word)
		}
	}
	return kept
}

func without(words []string, word string) []string {
	kept := []string{}
	for _, one := range words {
		if one != word {
			kept = append(kept, one)
		}
	}
	return kept
}

// some lists words for a message: the first twenty.
func some(words []string) string {
	const most = 20
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:most], ", ") + " and " + strconv.Itoa(len(words)-most) + " others"
}
