package content_test

import (
	"fmt"
	"strings"
	"testing"

	"unisono/content"
)

func TestWhatAFragmentMayNotHold(t *testing.T) {
	with := func(variants string) string { return `{"key": "f", "type": "NOTE", "variants": ` + variants + `}` }
	one := func(rest string) string { return with(`[{"id": "1", "title": "T", ` + rest + `}]`) }
	checkMistakes(t, content.KindFragment, map[string]mistake{
		"no type":                        {`{"key": "f"}`, []string{"type INVALID"}, "missing"},
		"an unknown state":               {`{"key": "f", "type": "NOTE", "state": "LIVE"}`, []string{"state INVALID"}, ""},
		"a label twice":                  {`{"key": "f", "type": "NOTE", "labels": ["a", "a"]}`, []string{"labels.1 INVALID"}, ""},
		"an empty reference":             {`{"key": "f", "type": "NOTE", "references": [""]}`, []string{"references.0 INVALID"}, ""},
		"an id twice":                    {with(`[{"id": "1", "title": "a"}, {"id": "2"}, {"id": "1", "title": "b"}]`), []string{"variants.2.id INVALID"}, "the variant at 0"},
		"the same content twice":         {with(`[{"title": "a"}, {"title": "a"}]`), []string{"variants.1.id INVALID"}, "already"},
		"an id with white space":         {with(`[{"id": " 1"}]`), []string{"variants.0.id INVALID"}, ""},
		"W5 a window that is reversed":   {one(`"validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"`), []string{"variants.0.validUntil INVALID"}, ""},
		"W5 a window without length":     {one(`"validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z"`), []string{"variants.0.validUntil INVALID"}, ""},
		"a title that is too long":       {with(`[{"id": "1", "title": "` + strings.Repeat("x", 10_001) + `"}]`), []string{"variants.0.title INVALID"}, ""},
		"a body that is too long":        {one(`"body": "` + strings.Repeat("x", 1<<20+1) + `"`), []string{"variants.0.body INVALID"}, ""},
		"a body with a null character":   {one(`"body": "a\u0000"`), []string{"variants.0.body INVALID"}, ""},
		"media that are not right":       {one(`"media": [{"url": "//evil.example/a.png"}]`), []string{"variants.0.media.0.url INVALID"}, ""},
		"a link that is not right":       {one(`"callToAction": {"label": "L", "url": "data:text/html,x"}`), []string{"variants.0.callToAction.url INVALID"}, ""},
		"a link without a target":        {one(`"callToAction": {"label": "L"}`), []string{"variants.0.callToAction.url INVALID"}, "missing"},
		"an unknown channel":             {one(`"when": {"channels": ["web", "x"]}`), []string{"variants.0.when.channels.1 NOT_FOUND"}, ""},
		"an unknown audience":            {one(`"when": {"audiences": ["x"]}`), []string{"variants.0.when.audiences.0 NOT_FOUND"}, ""},
		"a market that is none":          {one(`"when": {"markets": ["Denmark"]}`), []string{"variants.0.when.markets.0 INVALID"}, ""},
		"an unknown device":              {one(`"when": {"devices": ["PHONE", "ABACUS"]}`), []string{"variants.0.when.devices.1 INVALID"}, "DESKTOP, TABLET, PHONE"},
		"T4 an empty device":             {one(`"when": {"devices": [""]}`), []string{"variants.0.when.devices.0 INVALID"}, ""},
		"an unknown moment":              {one(`"when": {"moments": ["NEVER"]}`), []string{"variants.0.when.moments.0 INVALID"}, ""},
		"an unknown medium":              {one(`"when": {"mediums": ["SMELL"]}`), []string{"variants.0.when.mediums.0 INVALID"}, ""},
		"an unknown publication":         {one(`"when": {"publications": ["SCROLL"]}`), []string{"variants.0.when.publications.0 INVALID"}, ""},
		"an unknown format":              {one(`"when": {"formats": ["STONE"]}`), []string{"variants.0.when.formats.0 INVALID"}, ""},
		"more than 500 variants":         {with(many(501, func(i int) string { return fmt.Sprintf(`{"title": "%d"}`, i) })), []string{"variants TOO_MANY"}, "at most 500"},
		"a null character in a category": {`{"key": "f\u0000", "type": "NOTE"}`, []string{"key INVALID"}, ""},
	})
	fragment(t, one(`"validFrom": "2026-02-01T00:00:00Z"`)) // W5: an end that is open is fine
	fragment(t, one(`"validUntil": "2026-02-01T00:00:00Z"`))
}

func TestWhatDefinitionsMayNotHold(t *testing.T) {
	channel := func(rest string) string {
		return `{"key": "c", "platform": "APP", "defaultLocale": "da", ` + rest + `}`
	}
	for kind, mistakes := range map[content.Kind]map[string]mistake{
		content.KindChannel: {
			"no platform and no locale":      {`{"key": "c"}`, []string{"platform INVALID", "defaultLocale INVALID"}, "OWN_SITE"},
			"an unknown platform":            {`{"key": "c", "platform": "PIGEON", "defaultLocale": "da"}`, []string{"platform INVALID"}, ""},
			"an unknown selection":           {channel(`"selection": "BEST"`), []string{"selection INVALID"}, "LANGUAGE_FIRST, SPECIFICITY_FIRST"},
			"a locale that is empty":         {channel(`"locales": ["da", ""]`), []string{"locales.1 INVALID"}, ""},
			"a locale twice":                 {channel(`"locales": ["da", "de", "DA"]`), []string{"locales.2 INVALID"}, "twice"},
			"a fallback to one twice":        {channel(`"fallbacks": [{"locale": "da", "chain": ["no", "no"]}]`), []string{"fallbacks.0.chain.1 INVALID"}, "twice"},
			"a fallback without a locale":    {channel(`"fallbacks": [{"chain": ["da"]}]`), []string{"fallbacks.0.locale INVALID"}, ""},
			"a fallback for no market":       {channel(`"fallbacks": [{"locale": "da", "market": "dk", "chain": []}]`), []string{"fallbacks.0.market INVALID"}, ""},
			"a fallback to nothing":          {channel(`"fallbacks": [{"locale": "da", "chain": ["no", ""]}]`), []string{"fallbacks.0.chain.1 INVALID"}, ""},
			"two lists for one":              {channel(`"fallbacks": [{"locale": "da", "chain": []}, {"locale": "da", "market": "DK", "chain": []}, {"locale": "da", "chain": ["no"]}]`), []string{"fallbacks.2 INVALID"}, "already"},
			"defaults for another audience":  {channel(`"defaults": {"audience": "x"}`), []string{"defaults.audience NOT_FOUND"}, ""},
			"defaults that are not right":    {channel(`"defaults": {"market": "x", "device": "x", "moment": "x", "medium": "x", "publication": "x", "format": "x"}`), []string{"defaults.market INVALID", "defaults.device INVALID", "defaults.moment INVALID", "defaults.medium INVALID", "defaults.publication INVALID", "defaults.format INVALID"}, ""},
			"defaults that name a channel":   {channel(`"defaults": {"channel": "web"}`), []string{"defaults INVALID"}, "defaultLocale"},
			"defaults that name a locale":    {channel(`"defaults": {"locale": "da"}`), []string{"defaults INVALID"}, ""},
			"a name that is far too long":    {channel(`"name": {"da": "` + strings.Repeat("x", 10_001) + `"}`), []string{"name.da INVALID"}, ""},
			"a name in no language":          {channel(`"name": {"": "x"}`), []string{"name INVALID"}, "under no language"},
			"a fallback in other spelling":   {channel(`"fallbacks": [{"locale": "da-DK", "chain": []}, {"locale": "DA_dk", "chain": []}]`), []string{"fallbacks.1 INVALID"}, ""},
			"L17 lists that name each other": {channel(`"fallbacks": [{"locale": "da", "chain": ["no"]}, {"locale": "no", "chain": ["da"]}]`), []string{}, ""},
		},
		content.KindAudience: {
			"a key that is not right": {`{"key": " a"}`, []string{"key INVALID"}, ""},
			"a null character":        {`{"key": "a", "name": {"da": "a\u0000"}}`, []string{"name.da INVALID"}, ""},
		},
		content.KindCategory: {
			"a category below itself":        {`{"key": "a", "parent": "a"}`, []string{"parent INVALID"}, "go round"},
			"a parent with white space":      {`{"key": "a", "parent": "b "}`, []string{"parent INVALID"}, ""},
			"a parent that is not there yet": {`{"key": "a", "parent": "b"}`, []string{}, ""},
		},
		content.KindAttribute: {
			"no type":            {`{"key": "a"}`, []string{"type INVALID"}, "TEXT, NUMBER"},
			"an unknown type":    {`{"key": "a", "type": "SOUND"}`, []string{"type INVALID"}, ""},
			"a key with a slash": {`{"key": "a/b", "type": "TEXT"}`, []string{"key INVALID"}, "slash"},
			"a unit too long":    {`{"key": "a", "type": "QUANTITY", "unit": "` + strings.Repeat("x", 201) + `"}`, []string{"unit INVALID"}, ""},
			"a group of space":   {`{"key": "a", "type": "TEXT", "group": " "}`, []string{"group INVALID"}, ""},
		},
		content.KindOption: {
			"nothing":                   {`{}`, []string{"attribute INVALID", "key INVALID"}, ""},
			"no key":                    {`{"attribute": "colour"}`, []string{"key INVALID"}, ""},
			"an attribute with a slash": {`{"attribute": "a/b", "key": "c"}`, []string{"attribute INVALID"}, ""}, // its id would be that of b/c of a
		},
		content.KindFamily: {
			"an attribute twice":      {`{"key": "a", "attributes": ["x", "x"]}`, []string{"attributes.1 INVALID"}, ""},
			"a set for no channel":    {`{"key": "a", "required": [{"attributes": ["x"]}]}`, []string{"required.0.channel INVALID"}, ""},
			"a set for an unknown":    {`{"key": "a", "required": [{"channel": "x", "attributes": []}]}`, []string{"required.0.channel NOT_FOUND"}, ""},
			"two sets for a channel":  {`{"key": "a", "required": [{"channel": "web", "attributes": []}, {"channel": "web", "attributes": ["x"]}]}`, []string{"required.1 INVALID"}, "already"},
			"a set with a name twice": {`{"key": "a", "required": [{"channel": "web", "attributes": ["x", "x"]}]}`, []string{"required.0.attributes.1 INVALID"}, ""},
		},
	} {
		t.Run(string(kind), func(t *testing.T) { checkMistakes(t, kind, mistakes) })
	}
}

func TestDefinitionsThatAreRight(t *testing.T) {
	for kind, raw := range map[content.Kind]string{
		content.KindChannel:   `{"key": "c", "name": {"da": "C"}, "platform": "APP", "defaultLocale": "da", "locales": ["da", "de"], "selection": "SPECIFICITY_FIRST", "restricted": true, "defaults": {"audience": "public", "market": "DK", "device": "PHONE"}}`,
		content.KindAudience:  `{"key": "a", "name": {"da": "A"}, "restricted": true}`,
		content.KindCategory:  `{"key": "a", "name": {"da": "A"}, "position": -1}`,
		content.KindAttribute: `{"key": "a", "type": "QUANTITY", "label": {"da": "A"}, "group": "g", "unit": "kg", "position": 2}`,
		content.KindOption:    `{"attribute": "colour", "key": "a/b", "label": {"da": "A"}}`,
		content.KindFamily:    `{"key": "a", "attributes": ["name", "later"], "required": [{"channel": "web", "attributes": ["name"]}]}`,
	} {
		document := next(t, kind, nil, raw)
		checkWrittenAgain(t, kind, document, house())
	}
}

func TestCategoriesCannotGoRound(t *testing.T) {
	for name, test := range map[string]struct {
		there  []content.Category
		change string
	}{
		"the parent stands below":              {[]content.Category{{Key: "a"}, {Key: "b", Parent: "a"}, {Key: "c", Parent: "b"}}, `{"key": "a", "parent": "c"}`},
		"the parent came first and names this": {[]content.Category{{Key: "b", Parent: "a"}}, `{"key": "a", "parent": "b"}`},
		"the same, two steps below":            {[]content.Category{{Key: "b", Parent: "a"}, {Key: "c", Parent: "b"}}, `{"key": "a", "parent": "c"}`},
	} {
		t.Run(name, func(t *testing.T) {
			definitions := content.NewDefinitions()
			for _, category := range test.there {
				definitions.Put(content.KindCategory, category.Key, &category)
			}
			_, problems := mustRead(t, content.KindCategory, test.change).Next(nil, definitions.Index(), noon)
			diff(t, "problems", summary(problems), []string{"parent INVALID"})
		})
	}
}

func TestAReferenceThatIsNotThereListsTheFirstTwenty(t *testing.T) {
	definitions := content.NewDefinitions()
	_, problems := mustRead(t, content.KindProduct, `{"sku": "a", "channels": ["x"]}`).Next(nil, definitions, noon)
	if !strings.Contains(problems.Error(), "there are none yet") {
		t.Error(problems)
	}
	for i := range 21 {
		key := fmt.Sprintf("c%02d", i)
		definitions.Put(content.KindChannel, key, &content.Channel{Key: key})
	}
	_, problems = mustRead(t, content.KindProduct, `{"sku": "a", "channels": ["x"]}`).Next(nil, definitions, noon)
	if !strings.Contains(problems.Error(), "c18, c19 and others") {
		t.Error(problems)
	}
}
