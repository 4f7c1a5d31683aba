package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/content"
)

// tree gives definitions with these categories, each KEY, KEY<PARENT or KEY<PARENT@POSITION.
func tree(t *testing.T, nodes string) *content.Definitions {
	t.Helper()
	definitions := content.NewDefinitions()
	for node := range strings.FieldsSeq(nodes) {
		category := content.Category{}
		name, position, _ := strings.Cut(node, "@")
		category.Key, category.Parent, _ = strings.Cut(name, "<")
		if position != "" {
			if _, err := fmt.Sscan(position, &category.Position); err != nil {
				t.Fatal(err)
			}
		}
		definitions.Put(content.KindCategory, category.Key, &category)
	}
	return definitions.Index()
}

func keys(categories []*content.Category) string {
	list := make([]string, len(categories))
	for i, category := range categories {
		list[i] = category.Key
	}
	return strings.Join(list, " ")
}

func TestThePathToACategoryBeginsAtItsRoot(t *testing.T) {
	for name, test := range map[string]struct{ nodes, of, want string }{
		"a root":                {"a", "a", "a"},
		"three levels":          {"a b<a c<b", "c", "a b c"},
		"an unknown key":        {"a", "x", ""},
		"a parent not there":    {"b<a", "b", ""},
		"round, of two":         {"a<b b<a", "a", ""},
		"its own parent":        {"a<a", "a", ""},
		"into a round of three": {"d<a a<b b<c c<a", "d", ""},
	} {
		t.Run(name, func(t *testing.T) {
			diff(t, "path", keys(tree(t, test.nodes).Path(test.of)), test.want)
		})
	}
}

func TestChildrenStandByPositionThenByKey(t *testing.T) {
	d := tree(t, "r z<r@1 b<r@2 a<r@2 c<r m<a")
	diff(t, "children", keys(d.Children("r")), "c z a b")
	diff(t, "of a leaf", keys(d.Children("z")), "")
	diff(t, "of nothing", keys(d.Children("")), "")
}

func TestAVeryDeepTreeEndsSomewhere(t *testing.T) {
	nodes := strings.Builder{}
	for i := range 100 {
		fmt.Fprintf(&nodes, "%d<%d ", i, i+1)
	}
	nodes.WriteString("100")
	d := tree(t, nodes.String())
	if path := d.Path("0"); path != nil {
		t.Errorf("the path of one too deep has %d steps: %s", len(path), keys(path))
	}
	if path := d.Path("69"); len(path) != 32 || path[0].Key != "100" || path[31].Key != "69" {
		t.Errorf("the longest path has %d steps: %s", len(path), keys(path))
	}
}

func TestAChangedCopyLeavesTheOriginalAlone(t *testing.T) {
	original := house()
	original.Put(content.KindCategory, "a", &content.Category{Key: "a"})
	original.Put(content.KindFamily, "f", &content.Family{Key: "f"})
	original.Index()
	counts := func(d *content.Definitions) []int {
		return []int{len(d.Channels), len(d.Audiences), len(d.Categories), len(d.Attributes), len(d.Options), len(d.Families), len(d.Children("a"))}
	}
	before := counts(original)
	changed := original.Copy()
	diff(t, "the copy at first", counts(changed), before)
	for kind, document := range map[content.Kind]content.Document{
		content.KindChannel: &content.Channel{Key: "new"}, content.KindAudience: &content.Audience{Key: "new"},
		content.KindCategory: &content.Category{Key: "new", Parent: "a"}, content.KindAttribute: &content.Attribute{Key: "new"},
		content.KindOption: &content.Option{ID: "new"}, content.KindFamily: &content.Family{Key: "new"},
	} {
		changed.Put(kind, "new", document)
	}
	changed.Put(content.KindChannel, "web", nil)
	changed.Put(content.KindProduct, "p", &content.Product{SKU: "p"}) // defines nothing
	changed.Index()
	diff(t, "the original", counts(original), before)
	diff(t, "the copy", counts(changed), []int{before[0], before[1] + 1, before[2] + 1, before[3] + 1, before[4] + 1, before[5] + 1, 1})
	if changed.Channels["web"] != nil || original.Channels["web"] == nil {
		t.Error("a nil document does not take the old one away, or does so in the original")
	}
}

// W9: half-open.
func TestAWindowIsOpenFromItsBeginningUntilBeforeItsEnd(t *testing.T) {
	from, until := at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z")
	for name, test := range map[string]struct {
		from, until, at *time.Time
		want            bool
	}{
		"before it begins":          {from, until, at("2026-02-28T23:59:59.999Z"), false},
		"as it begins":              {from, until, from, true},
		"as it begins, elsewhere":   {from, until, at("2026-03-01T01:00:00+01:00"), true},
		"a millisecond to its end":  {from, until, at("2026-03-31T23:59:59.999Z"), true},
		"as it ends":                {from, until, until, false},
		"a millisecond after":       {from, until, at("2026-04-01T00:00:00.001Z"), false},
		"open at its beginning":     {nil, until, at("1000-01-01T00:00:00Z"), true},
		"open at its end":           {from, nil, at("9000-01-01T00:00:00Z"), true},
		"open at both":              {nil, nil, from, true},
		"W5 reversed, in the midst": {until, from, at("2026-03-15T00:00:00Z"), false},
		"W5 without length":         {from, from, from, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := content.Live(test.from, test.until, *test.at); got != test.want {
				t.Errorf("live is %t", got)
			}
		})
	}
}

func TestWhichLinksAreAllowed(t *testing.T) {
	for link, want := range map[string]bool{
		"https://a.example/b?c=d#e": true, "http://a.example": true, "HTTPS://A.EXAMPLE/": true, "mailto:a@b.example": true,
		"tel:+4512345678": true, "/a/b.png": true, "/": true, "/a?b=//c": true,
		"": false, "a.png": false, "//a.example/b": false, "javascript:alert(1)": false, "JavaScript:alert(1)": false,
		"data:text/html,x": false, "ftp://a.example": false, "file:///etc/passwd": false, "https:///path": false, "https:a.example": false,
		"https://": false, "https://a b": false, "/a b": false, `/\a.example`: false, `https:\\a.example`: false, "/a\nb": false,
		"https://a.example/\x00": false, "java\tscript:alert(1)": false, " https://a.example": false, "vbscript:x": false,
		"https://a.example/%zz": false, "?a": false, "#a": false, "\u00a0//a.example": false,
	} {
		if err := content.CheckURL(link); (err == nil) != want {
			t.Errorf("%q: %v", link, err)
		}
	}
}

func TestFormsOfCodesAndDates(t *testing.T) {
	for code, want := range map[string]bool{"DK": true, "XK": true, "": false, "D": false, "DNK": false, "dk": false, "D1": false, "ÆÆ": false} {
		if content.IsCountryCode(code) != want {
			t.Errorf("country %q", code)
		}
	}
	for code, want := range map[string]bool{"DKK": true, "": false, "DK": false, "dkk": false, "EURO": false, "E1R": false} {
		if content.IsCurrencyCode(code) != want {
			t.Errorf("currency %q", code)
		}
	}
	for text, want := range map[string]bool{"2026-02-28": true, "2026-02-29": false, "2026-03-01T08:00:00Z": true, "2026-03-01T08:00:00": false, "": false, "today": false} {
		if content.IsDate(text) != want {
			t.Errorf("date %q", text)
		}
	}
	if !content.Blank(" \n") || !content.Blank("") || content.Blank("a") {
		t.Error("Blank is wrong")
	}
}

func TestVocabulariesAreGivenAsCopies(t *testing.T) {
	if content.Devices()[0] = "X"; content.Devices()[0] != "DESKTOP" {
		t.Error("the devices can be changed from outside")
	}
	for name, count := range map[string][2]int{
		"devices": {len(content.Devices()), 7}, "moments": {len(content.Moments()), 7}, "mediums": {len(content.Mediums()), 5},
		"publications": {len(content.Publications()), 6}, "formats": {len(content.Formats()), 6},
	} {
		if count[0] != count[1] {
			t.Errorf("there are %d %s", count[0], name)
		}
	}
	diff(t, "a list", content.List([]content.Format{"WEB", "APP"}), "WEB, APP")
}
