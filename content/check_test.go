package content_test

import (
	"fmt"
	"strings"
	"testing"

	"unisono/content"
)

// mistake is a change that reads well and is wrong: where and how.
type mistake struct {
	raw  string
	want []string // places and codes
	says string
}

func checkMistakes(t *testing.T, kind content.Kind, mistakes map[string]mistake) {
	t.Helper()
	for name, test := range mistakes {
		t.Run(name, func(t *testing.T) {
			_, problems := mustRead(t, kind, test.raw).Next(nil, house(), noon)
			diff(t, test.raw[:min(200, len(test.raw))], summary(problems), test.want)
			if !strings.Contains(problems.Error(), test.says) {
				t.Errorf("%.300q does not say %q", problems.Error(), test.says)
			}
		})
	}
}

func many(count int, item func(i int) string) string {
	items := make([]string, count)
	for i := range items {
		items[i] = item(i)
	}
	return "[" + strings.Join(items, ",") + "]"
}

func TestWhatAProductMayNotHold(t *testing.T) {
	long := strings.Repeat("x", 201)
	with := func(rest string) string { return `{"sku": "a", ` + rest + `}` }
	checkMistakes(t, content.KindProduct, map[string]mistake{
		"a sku of more than 200 bytes":    {`{"sku": "` + long + `"}`, []string{"sku INVALID"}, "at most 200"},
		"a sku with a control character":  {`{"sku": "a\nb"}`, []string{"sku INVALID"}, "characters that no key"},
		"a sku of white space":            {`{"sku": "  "}`, []string{"sku INVALID"}, "white space"},
		"a slug with white space behind":  {with(`"slug": "a "`), []string{"slug INVALID"}, "white space"},
		"a GTIN of seven digits":          {with(`"gtin": "1234567"`), []string{"gtin INVALID"}, "8 to 14 digits"},
		"a GTIN of fifteen digits":        {with(`"gtin": "123456789012345"`), []string{"gtin INVALID"}, ""},
		"a GTIN with a letter":            {with(`"gtin": "1234567A"`), []string{"gtin INVALID"}, ""},
		"a product as its own parent":     {with(`"parent": "a"`), []string{"parent INVALID"}, "own parent"},
		"a family with white space":       {with(`"family": " f"`), []string{"family INVALID"}, ""},
		"an axis twice":                   {with(`"axes": ["x", "y", "x"]`), []string{"axes.2 INVALID"}, "twice"},
		"an empty axis":                   {with(`"axes": [""]`), []string{"axes.0 INVALID"}, "missing"},
		"an unknown state":                {with(`"state": "GONE"`), []string{"state INVALID"}, "DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED"},
		"a category twice":                {with(`"categories": ["x", "x"]`), []string{"categories.1 INVALID"}, ""},
		"a null category":                 {with(`"categories": ["x", null]`), []string{"categories.1 INVALID"}, ""},
		"a channel that is not there":     {with(`"channels": ["web", "webb"]`), []string{"channels.1 NOT_FOUND"}, "there are app, print, web"},
		"an audience that is not there":   {with(`"audiences": ["vip"]`), []string{"audiences.0 NOT_FOUND"}, "there are dealer, public"},
		"a market in small letters":       {with(`"markets": ["DK", "de"]`), []string{"markets.1 INVALID"}, "such as DK"},
		"a market of three letters":       {with(`"markets": ["DNK"]`), []string{"markets.0 INVALID"}, ""},
		"a market twice":                  {with(`"markets": ["DK", "SE", "DK"]`), []string{"markets.2 INVALID"}, "twice"},
		"an empty market":                 {with(`"markets": [""]`), []string{"markets.0 INVALID"}, ""},
		"W5 a window that is reversed":    {with(`"publishFrom": "2026-02-01T00:00:00Z", "publishUntil": "2026-01-01T00:00:00Z"`), []string{"publishUntil INVALID"}, "exclusive"},
		"W5 a window without length":      {with(`"publishFrom": "2026-02-01T00:00:00Z", "publishUntil": "2026-02-01T01:00:00+01:00"`), []string{"publishUntil INVALID"}, ""},
		"W5 a window below a millisecond": {with(`"publishFrom": "2026-02-01T00:00:00.0001Z", "publishUntil": "2026-02-01T00:00:00.0009Z"`), []string{"publishUntil INVALID"}, ""},
		"a fragment twice in a slot":      {with(`"fragments": [{"slot": "s", "fragment": "f"}, {"slot": "t", "fragment": "f"}, {"slot": "s", "fragment": "f"}]`), []string{"fragments.2 INVALID"}, "already"},
		"a slot without a name":           {with(`"fragments": [{"fragment": "f"}]`), []string{"fragments.0.slot INVALID"}, ""},
		"a slot without a fragment":       {with(`"fragments": [{"slot": "s"}]`), []string{"fragments.0.fragment INVALID"}, ""},
		"a relation without a kind":       {with(`"related": [{"sku": "b"}]`), []string{"related.0.kind INVALID"}, "ACCESSORY"},
		"a relation of an unknown kind":   {with(`"related": [{"kind": "COUSIN", "sku": "b"}]`), []string{"related.0.kind INVALID"}, ""},
		"a relation to itself":            {with(`"related": [{"kind": "BUNDLE", "sku": "a"}]`), []string{"related.0.sku INVALID"}, "itself"},
		"a relation to nothing":           {with(`"related": [{"kind": "BUNDLE"}]`), []string{"related.0.sku INVALID"}, ""},
		"a relation twice":                {with(`"related": [{"kind": "BUNDLE", "sku": "b"}, {"kind": "UPSELL", "sku": "b"}, {"kind": "BUNDLE", "sku": "b"}]`), []string{"related.2 INVALID"}, ""},
		"media without a URL":             {with(`"media": [{"role": "main"}]`), []string{"media.0.url INVALID"}, "missing"},
		"media that run a program":        {with(`"media": [{"url": "javascript:alert(1)"}]`), []string{"media.0.url INVALID"}, "scheme"},
		"media of an unknown medium":      {with(`"media": [{"url": "/a", "medium": "SMELL"}]`), []string{"media.0.medium INVALID"}, ""},
		"media for an unknown channel":    {with(`"media": [{"url": "/a", "channels": ["x"]}]`), []string{"media.0.channels.0 NOT_FOUND"}, ""},
		"media for an unknown audience":   {with(`"media": [{"url": "/a", "audiences": ["x"]}]`), []string{"media.0.audiences.0 NOT_FOUND"}, ""},
		"media with a role of controls":   {with(`"media": [{"url": "/a", "role": "a\u0000"}]`), []string{"media.0.role INVALID"}, ""},
		"an alt that is too long":         {with(`"media": [{"url": "/a", "alt": {"da": "` + strings.Repeat("x", 10_001) + `"}}]`), []string{"media.0.alt.da INVALID"}, ""},
		"an alt in no language":           {with(`"media": [{"url": "/a", "alt": {"": "x"}}]`), []string{"media.0.alt INVALID"}, "under no language"},
		"more than 1000 categories":       {with(`"categories": ` + many(1001, func(i int) string { return fmt.Sprintf(`"%d"`, i) })), []string{"categories TOO_MANY"}, "at most 1000"},
		"more than 5000 values":           {with(`"attributes": ` + many(5001, func(i int) string { return fmt.Sprintf(`{"key": "%d", "value": 1}`, i) })), []string{"attributes TOO_MANY"}, ""},
		"several mistakes at once":        {with(`"slug": " ", "gtin": "x", "state": "GONE"`), []string{"slug INVALID", "gtin INVALID", "state INVALID"}, ""},
	})
}

func TestWhatAnAttributeValueMayNotBe(t *testing.T) {
	value := func(key, of string) string {
		return `{"sku": "a", "attributes": [{"key": "` + key + `", "value": ` + of + `}]}`
	}
	rest := func(rest string) string {
		return `{"sku": "a", "attributes": [{"key": "free", "value": 1, ` + rest + `}]}`
	}
	here := []string{"attributes.0.value INVALID"}
	checkMistakes(t, content.KindProduct, map[string]mistake{
		"a number for a text":                   {value("name", `7`), here, "of type TEXT: a string is expected"},
		"a text for a number":                   {value("height", `"7"`), here, "a number"},
		"a text for a switch":                   {value("foldable", `"yes"`), here, "true or false"},
		"W1 a date without a zone":              {value("since", `"2026-01-01T10:00"`), here, "offset"},
		"a date that is none":                   {value("since", `"2026-02-30"`), here, ""},
		"a number for a date":                   {value("since", `2026`), here, ""},
		"an option that is not there":           {value("colour", `"blue"`), []string{"attributes.0.value NOT_FOUND"}, `no option "blue"`},
		"a list for an option":                  {value("colour", `["red"]`), here, ""},
		"a text for options":                    {value("finishes", `"oak"`), here, "a list of strings"},
		"one of the options not there":          {value("finishes", `["oak", "gold"]`), []string{"attributes.0.value NOT_FOUND"}, "gold"},
		"numbers for options":                   {value("finishes", `["oak", 1]`), here, ""},
		"a number for a quantity without unit":  {value("length", `1`), here, "amount"},
		"a quantity whose amount is a text":     {value("length", `{"amount": "1", "unit": "m"}`), here, ""},
		"a quantity with an empty unit":         {value("length", `{"amount": 1, "unit": ""}`), here, ""},
		"a quantity with more":                  {value("length", `{"amount": 1, "unit": "m", "x": 1}`), here, ""},
		"money whose amount is a number":        {value("price", `{"amount": 1.5, "currency": "EUR"}`), here, "currency"},
		"money with a decimal comma":            {value("price", `{"amount": "1,5", "currency": "EUR"}`), here, ""},
		"money with an exponent":                {value("price", `{"amount": "1e3", "currency": "EUR"}`), here, ""},
		"money with a zero in front":            {value("price", `{"amount": "01", "currency": "EUR"}`), here, ""},
		"money in no currency":                  {value("price", `{"amount": "1", "currency": "Euro"}`), here, ""},
		"two amounts in one currency":           {value("price", `[{"amount": "1", "currency": "EUR"}, {"amount": "2", "currency": "EUR"}]`), here, ""},
		"a text for a table":                    {value("sizes", `"a"`), here, "a list of objects"},
		"texts for a table":                     {value("sizes", `["a"]`), here, ""},
		"a URL that is a number":                {value("manual", `1`), here, ""},
		"a list in a list":                      {value("free", `[1, [2]]`), []string{"attributes.0.value.1 INVALID"}, "inside a list"},
		"a member that begins with $":           {value("free", `{"$where": 1}`), here, "no name for a member"},
		"a member with a dot":                   {value("free", `[{"a.b": 1}]`), []string{"attributes.0.value.0 INVALID"}, ""},
		"a member without a name":               {value("free", `{"": 1}`), here, ""},
		"a null character":                      {value("free", `"a\u0000"`), here, "null character"},
		"a null character further in":           {value("free", `{"a": ["b\u0000"]}`), []string{"attributes.0.value.a.0 INVALID"}, ""},
		"a text of more than a mebibyte":        {value("free", `"`+strings.Repeat("x", 1<<20+1)+`"`), here, "at most"},
		"a list of more than 5000":              {value("free", many(5001, func(int) string { return "1" })), []string{"attributes.0.value TOO_MANY"}, ""},
		"a value without a key":                 {value("", `1`), []string{"attributes.0.key INVALID"}, "missing"},
		"a value for an unknown channel":        {rest(`"channel": "x"`), []string{"attributes.0.channel NOT_FOUND"}, ""},
		"a value for an unknown audience":       {rest(`"audiences": ["x"]`), []string{"attributes.0.audiences.0 NOT_FOUND"}, ""},
		"a value for a market that is none":     {rest(`"markets": ["x"]`), []string{"attributes.0.markets.0 INVALID"}, ""},
		"W5 a value whose window is reversed":   {rest(`"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"`), []string{"attributes.0.validUntil INVALID"}, ""},
		"two values of one scope":               {`{"sku": "a", "attributes": [{"key": "free", "value": 1, "markets": ["DK", "DE"]}, {"key": "free", "value": 2, "markets": ["DE", "DK"]}]}`, []string{"attributes.1 INVALID"}, "already, at 0"},
		"two of one scope, a market said twice": {`{"sku": "a", "attributes": [{"key": "free", "value": 1, "markets": ["DK"]}, {"key": "free", "value": 2, "markets": ["DK", "DK"]}]}`, []string{"attributes.1.markets.1 INVALID", "attributes.1 INVALID"}, "twice"},
		"a single value is placed as given":     {`{"sku": "a", "attributes": [{"key": "name", "value": "N"}], "setAttributes": [{"key": "free", "value": 1}, {"key": "height", "value": "x"}]}`, []string{"setAttributes.1.value INVALID"}, "a number"},
	})
}

func TestValuesThatFitTheirTypes(t *testing.T) {
	for key, values := range map[string][]string{
		"name":     {`"Chair"`},
		"height":   {`0`, `-1.5`},
		"foldable": {`false`, `true`},
		"since":    {`"2026-03-01"`, `"2026-03-01T08:00:00+01:00"`},
		"colour":   {`"red"`},
		"finishes": {`["oak"]`, `["ash", "oak"]`},
		"length":   {`{"amount": 0, "unit": "m"}`},
		"weight":   {`7`, `{"amount": 1, "unit": "g"}`},
		"price":    {`{"amount": "-12.50", "currency": "EUR"}`, `[{"amount": "0", "currency": "EUR"}, {"amount": "1", "currency": "DKK"}]`},
		"sizes":    {`[{"a": 1}, {"b": [1, 2]}]`},
		"manual":   {`"https://a.example/m.pdf"`},
		"free":     {`{"a": {"b": [{"c": null}]}}`, `[1, "a", null]`, `"\t"`},
	} {
		for _, value := range values {
			product(t, `{"sku": "a", "attributes": [{"key": "`+key+`", "value": `+value+`}]}`)
		}
	}
}

func TestProblemsComeInTheSameOrderEachTime(t *testing.T) {
	raw := `{"sku": "a", "attributes": [{"key": "free", "value": {"$e": 1, "$d": 1, "$c": 1, "$b": 1, "$a": 1}}]}`
	_, first := mustRead(t, content.KindProduct, raw).Next(nil, house(), noon)
	for range 20 {
		if _, again := mustRead(t, content.KindProduct, raw).Next(nil, house(), noon); again.Error() != first.Error() {
			t.Fatalf("the order of a map reaches the answer:\n%s\n%s", first, again)
		}
	}
}
