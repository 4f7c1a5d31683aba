package demo_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/demo"
	"unisono/locale"
	"unisono/targeting"
)

// now is when these tests take place: after the season that is over, long before the anniversary.
var now = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// languages are those in which the catalogue is written.
var languages = []locale.Tag{"en", "de", "da", "sv", "it", "tr"}

// gaps are the texts that are not there on purpose, so that the demo shows what a gateway does without them. Each key is a fragment, whose text for
// everybody is meant, or a product and a text attribute of it and the channel that the text is for.
var gaps = map[string]string{
	"mola-intro":     "tr",             // a Turkish reader gets English, said to be a fallback
	"stepless-dial":  "de da sv it tr", // written in English alone
	"milk-texture":   "tr",
	"water-hardness": "tr",

	"app-shot-diary":      "da sv it tr", // a draft
	"cafe-opening":        "tr",
	"distributor-depth":   "de da sv it tr",
	"energy-use":          "it tr",
	"first-luma":          "sv",
	"frost-transport":     "sv",
	"gauge-plain":         "sv",
	"help-grinder-static": "sv",
	"help-lever-soft":     "tr",
	"knock-box-care":      "sv",
	"mola-steel":          "tr",
	"noise-levels":        "sv",
	"oat-milk":            "tr",
	"plumbed-in":          "da sv it tr", // a draft
	"recipe-affogato":     "tr",
	"slow-turning":        "sv",
	"steam-power":         "tr",
	"timed-dosing":        "de da sv tr",
	"travel-grinder":      "sv",
	"walnut-handles":      "tr",

	"JUG-350 description":           "tr",
	"QUIETA-1 description@print":    "da", // the general Danish text stands in
	"DESCALE-250 description@print": "it",
	"LEVA-1 description":            "sv",
	"KNOCK-BOX description":         "sv",
	"SCREEN-54 description":         "sv",
	"FLOW-METER description":        "sv",
	"BRUSH-BURRS description":       "sv",
	"WATER-1500 description":        "sv",
	"MOLA-83 description":           "tr",
	"MAT-1 description":             "tr",
	"CLOTHS-3 description":          "tr",
	"FILTER-3 description":          "tr",
	"LUMA-4 description":            "de da sv it tr", // a draft
	"STATION-1 description":         "de da sv it tr", // so too
}

func TestCatalogueHasNoProblems(t *testing.T) {
	read(t)
}

func TestEverythingReferredToIsThere(t *testing.T) {
	c := read(t)
	defined := func(what string, there bool) {
		t.Helper()
		if !there {
			t.Errorf("%s is not there", what)
		}
	}
	for _, f := range c.fragments {
		for _, key := range f.References {
			defined(f.Key+" → fragment "+key, c.fragments[key] != nil)
		}
	}
	for _, p := range c.products {
		if p.Parent != "" {
			defined(p.SKU+" → parent "+p.Parent, c.products[p.Parent] != nil)
		}
		for _, slot := range p.Fragments {
			defined(p.SKU+" → fragment "+slot.Fragment, c.fragments[slot.Fragment] != nil)
		}
		for _, relation := range p.Related {
			defined(p.SKU+" → product "+relation.SKU, c.products[relation.SKU] != nil)
		}
		lineage := c.lineage(t, p)
		defined(p.SKU+" → family "+lineage.Family(), c.Families[lineage.Family()] != nil)
		defined(p.SKU+" → any category", len(lineage.Categories()) > 0)
		for _, key := range lineage.Categories() {
			defined(p.SKU+" → category "+key, c.Categories[key] != nil)
		}
		for _, key := range lineage.Keys() {
			defined(p.SKU+" → attribute "+key, c.Attributes[key] != nil)
		}
		for _, key := range p.Axes {
			defined(p.SKU+" → attribute "+key, c.Attributes[key] != nil)
		}
	}
	for _, category := range c.Categories {
		defined(category.Key+" → parent "+category.Parent, category.Parent == "" || c.Categories[category.Parent] != nil)
	}
	for _, option := range c.Options {
		defined(option.ID+" → attribute", c.Attributes[option.Attribute] != nil)
	}
	for _, family := range c.Families {
		keys := slices.Clone(family.Attributes)
		for _, set := range family.Required {
			keys = append(keys, set.Attributes...)
		}
		for _, key := range keys {
			if key == "main" { // a role of media
				continue
			}
			defined(family.Key+" → attribute "+key, c.Attributes[key] != nil)
		}
	}
}

func TestMediaAreThereAndUsed(t *testing.T) {
	drawings := map[string]bool{}
	files, err := fs.Glob(demo.Media(), "*.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		drawing, err := fs.ReadFile(demo.Media(), file)
		if err != nil {
			t.Fatal(err)
		}
		if len(drawing) >= 4096 {
			t.Errorf("%s has %d bytes; fewer than 4096 are wanted", file, len(drawing))
		}
		drawings["/media/"+file] = false
	}
	for owner, media := range read(t).media() {
		for _, one := range media {
			if _, there := drawings[one.URL]; !there {
				t.Errorf("%s shows %s, which is not there", owner, one.URL)
				continue
			}
			drawings[one.URL] = true
			inEveryLanguage(t, owner+": alt of "+one.URL, one.Alt)
		}
	}
	for url, used := range drawings {
		if !used {
			t.Errorf("nothing shows %s", url)
		}
	}
}

func TestTextsAreTranslatedExceptForTheGaps(t *testing.T) {
	c := read(t)
	written := map[string][]locale.Tag{}
	for _, f := range c.fragments {
		for i := range f.Variants {
			v := &f.Variants[i]
			if v.Locale == "" {
				continue
			}
			ending, readable := strings.CutPrefix(v.ID, string(v.Locale))
			if !readable || ending != "" && ending[0] != '-' {
				t.Errorf("%s: the id %q does not begin with the variant's locale, %s", f.Key, v.ID, v.Locale)
				continue
			}
			if ending == "" { // of those for some readers alone, the text for everybody stands in for a language that is missing
				written[f.Key] = append(written[f.Key], v.Locale)
			}
		}
	}
	for _, p := range c.products {
		for i := range p.Attributes {
			value := &p.Attributes[i]
			if c.Attributes[value.Key].Type != content.TypeText || value.Locale == "" {
				continue // a name that is the same in every language
			}
			name := p.SKU + " " + value.Key
			if value.Channel != "" {
				name += "@" + value.Channel
			}
			written[name] = append(written[name], value.Locale)
		}
	}
	found := map[string]string{}
	for name, tags := range written {
		missing := []string{}
		for _, tag := range languages {
			if !slices.Contains(tags, tag) {
				missing = append(missing, string(tag))
			}
		}
		if len(missing) > 0 {
			found[name] = strings.Join(missing, " ")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if gaps[name] != found[name] {
			t.Errorf("%s lacks %q; on purpose it lacks %q", name, found[name], gaps[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(gaps)) {
		if found[name] == "" {
			t.Errorf("%s has no gap, and %q was meant", name, gaps[name])
		}
	}
}

func TestDefinitionsAreNamedInEveryLanguage(t *testing.T) {
	c := read(t)
	for key, channel := range c.Channels {
		inEveryLanguage(t, "channel "+key, channel.Name)
		if !slices.Equal(channel.Locales, languages) {
			t.Errorf("channel %s has the locales %v, not %v", key, channel.Locales, languages)
		}
		if channel.DefaultLocale != "en" || len(channel.Fallbacks) > 0 {
			t.Errorf("channel %s falls back to other languages than English", key)
		}
		if (channel.Platform == "OWN_SITE") != (key == "site") {
			t.Errorf("channel %s is of the platform %s; the site alone is our own", key, channel.Platform)
		}
	}
	for key, audience := range c.Audiences {
		inEveryLanguage(t, "audience "+key, audience.Name)
	}
	for key, category := range c.Categories {
		inEveryLanguage(t, "category "+key, category.Name)
	}
	for key, attribute := range c.Attributes {
		inEveryLanguage(t, "attribute "+key, attribute.Label)
	}
	for key, option := range c.Options {
		inEveryLanguage(t, "option "+key, option.Label)
	}
	for key, family := range c.Families {
		inEveryLanguage(t, "family "+key, family.Name)
	}
}

func TestDraftsAndSixtyProductsToSee(t *testing.T) {
	c := read(t)
	visible, drafts, families := 0, []string{}, map[string]bool{}
	for _, p := range c.products {
		switch {
		case p.State != content.Published:
			drafts = append(drafts, p.SKU)
		case p.Parent == "" && p.PublishFrom == nil:
			visible++
			families[p.Family] = true
		}
	}
	for _, f := range c.fragments {
		if f.State != content.Published {
			drafts = append(drafts, f.Key)
		}
	}
	if visible < 60 || len(families) != 6 {
		t.Errorf("%d products in %d families are published, variants not counted; sixty in six were promised", visible, len(families))
	}
	if want := []string{"LUMA-4", "STATION-1", "app-shot-diary", "plumbed-in", "service-flow-meter", "walnut-offcuts"}; !slices.Equal(slices.Sorted(slices.Values(drafts)), want) {
		t.Errorf("not published are %v; %v were meant", drafts, want)
	}
}

// TestThreeReaders holds what the demo is for: one product, asked one question, gives each reader something else.
func TestThreeReaders(t *testing.T) {
	c := read(t)
	readers := map[string]*targeting.Context{
		"a Dane on the site":       c.reader("site", "consumer", "da"),
		"an Italian technician":    c.reader("app", "technician", "it"),
		"a label for Turkey":       c.reader("print", "consumer", "tr"),
		"a Danish technician":      c.reader("app", "technician", "da"),
		"a Dane unpacking the box": c.reader("app", "consumer", "da"),
	}
	readers["a Dane unpacking the box"] = readers["a Dane unpacking the box"].With(func(s *targeting.Situation) { s.Moment = "ONBOARD" })
	tests := []struct{ reader, sku, slot, want string }{
		{"a Dane on the site", "LUMA-2", "intro", "da"},
		{"a Dane on the site", "LUMA-2", "care", "da"},
		{"a Dane on the site", "LUMA-2", "warning", "da"},
		{"a Dane on the site", "LUMA-2", "pump-service", ""},
		{"a Dane on the site", "LUMA-2", "pressure", "neutral"},
		{"a Dane on the site", "LUMA-2", "season", ""},
		{"a Dane on the site", "LUMA-2-CREAM", "intro", "da"},
		{"an Italian technician", "LUMA-2", "intro", "it-technician"},
		{"an Italian technician", "LUMA-2", "care", "it-technician"},
		{"an Italian technician", "LUMA-2", "warning", "it-technician"},
		{"an Italian technician", "LUMA-2", "pump-service", "it-technician"},
		{"an Italian technician", "QUIETA-1", "pump-service", "en-technician"},
		{"a label for Turkey", "LUMA-2", "intro", "tr-label"},
		{"a label for Turkey", "LUMA-2", "care", "tr-label"},
		{"a label for Turkey", "LUMA-2", "warning", "tr-label"},
		{"a label for Turkey", "LUMA-2", "pump-service", ""},
		{"a label for Turkey", "MOLA-54", "intro", "en"},
		{"a Danish technician", "LUMA-2", "pump-service", "en-technician"},
		{"a Dane unpacking the box", "LUMA-2", "start", "da-onboard"},
	}
	for _, test := range tests {
		t.Run(test.reader+" asks "+test.sku+" for "+test.slot, func(t *testing.T) {
			got := ""
			for _, slot := range c.lineage(t, c.products[test.sku]).Slots() {
				fragment := c.fragments[slot.Fragment]
				if slot.Slot != test.slot || fragment == nil {
					continue
				}
				if chosen := targeting.Choose(fragment.Variants, readers[test.reader]); chosen != nil {
					got = chosen.ID
				}
			}
			if got != test.want {
				t.Errorf("the variant is %q, not %q", got, test.want)
			}
		})
	}
}

func TestServiceNotesAreForTechniciansAlone(t *testing.T) {
	c := read(t)
	for _, key := range []string{"luma-pump-service", "quieta-service"} {
		for channel := range c.Channels {
			for _, tag := range languages {
				if chosen := targeting.Choose(c.fragments[key].Variants, c.reader(channel, "consumer", tag)); chosen != nil {
					t.Errorf("a consumer on %s in %s is shown %s of %s", channel, tag, chosen.ID, key)
				}
			}
		}
	}
}

func TestQueriesAskTheSame(t *testing.T) {
	files, err := fs.Glob(demo.Queries(), "*.graphql")
	if err != nil || len(files) != 3 {
		t.Fatalf("there are %d queries (%v); three were meant", len(files), err)
	}
	selections := map[string]bool{}
	for _, file := range files {
		query, err := fs.ReadFile(demo.Queries(), file)
		if err != nil {
			t.Fatal(err)
		}
		_, operation, _ := strings.Cut(string(query), "query ")
		_, selection, found := strings.Cut(operation, ") {\n")
		if !found || !strings.Contains(operation, "@inContext(") {
			t.Errorf("%s names no context", file)
		}
		selections[selection] = true
	}
	if len(selections) != 1 {
		t.Errorf("the queries select %d different things; they differ in the context alone", len(selections))
	}
}
