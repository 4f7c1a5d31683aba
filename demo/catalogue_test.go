package demo_test

import (
	"bytes"
	"io/fs"
	"path"
	"testing"

	"unisono/content"
	"unisono/demo"
	"unisono/locale"
	"unisono/targeting"
)

// catalogueOf is the demo as it is after every line was written.
type catalogueOf struct {
	*content.Definitions
	products  map[string]*content.Product
	fragments map[string]*content.Fragment
}

// read applies every line in order, checks each against what stands before it, and ends the test where one is not right.
func read(t *testing.T) *catalogueOf {
	t.Helper()
	c := &catalogueOf{
		Definitions: (&content.Definitions{
			Channels: map[string]*content.Channel{}, Audiences: map[string]*content.Audience{}, Categories: map[string]*content.Category{},
			Attributes: map[string]*content.Attribute{}, Options: map[string]*content.Option{}, Families: map[string]*content.Family{},
		}).Index(),
		products: map[string]*content.Product{}, fragments: map[string]*content.Fragment{},
	}
	files, err := fs.Glob(demo.Files(), "*.ndjson")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d files (%v)", len(files), err)
	}
	lines := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(demo.Files(), file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if before, twice := lines[string(line)]; twice {
				t.Errorf("%s: a line stands in %s already: %.80s", file, before, line)
			}
			lines[string(line)] = file
			c.apply(t, file, line)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return c
}

func (c *catalogueOf) apply(t *testing.T, file string, line []byte) {
	t.Helper()
	kind, err := content.KindOf(line)
	if err != nil {
		t.Fatalf("%s: %v: %.80s", file, err, line)
	}
	switch kind {
	case content.KindChannel:
		add(t, file, line, c.Channels, (*content.Channel).NaturalKey, c.check)
	case content.KindAudience:
		add(t, file, line, c.Audiences, (*content.Audience).NaturalKey, c.check)
	case content.KindCategory:
		add(t, file, line, c.Categories, (*content.Category).NaturalKey, c.check)
	case content.KindAttribute:
		add(t, file, line, c.Attributes, (*content.Attribute).NaturalKey, c.check)
	case content.KindOption:
		add(t, file, line, c.Options, (*content.Option).NaturalKey, c.check)
	case content.KindFamily:
		add(t, file, line, c.Families, (*content.Family).NaturalKey, c.check)
	case content.KindFragment:
		add(t, file, line, c.fragments, (*content.Fragment).NaturalKey, c.check)
	case content.KindProduct:
		add(t, file, line, c.products, (*content.Product).NaturalKey, c.check)
	default:
		t.Fatalf("%s: %s is no kind for a catalogue", file, kind)
	}
}

// check settles a document and says what is wrong with it.
func (c *catalogueOf) check(document any) error {
	switch document := document.(type) {
	case *content.Product:
		document.Settle(now)
		return document.Check(c.Definitions).Err()
	case *content.Fragment:
		document.Settle()
		return document.Check(c.Definitions).Err()
	case *content.Option:
		document.ID = document.NaturalKey()
		return document.Check(c.Definitions).Err()
	case *content.Channel:
		return document.Check(c.Definitions).Err()
	case *content.Audience:
		return document.Check(c.Definitions).Err()
	case *content.Category:
		return document.Check(c.Definitions).Err()
	case *content.Attribute:
		return document.Check(c.Definitions).Err()
	default:
		return document.(*content.Family).Check(c.Definitions).Err()
	}
}

func add[T any](t *testing.T, file string, line []byte, to map[string]*T, keyOf func(*T) string, check func(any) error) {
	t.Helper()
	patch, err := content.ReadPatch[T](line)
	if err != nil {
		t.Errorf("%s: %v: %.80s", file, err, line)
		return
	}
	document := patch.Apply(nil)
	if err := check(document); err != nil {
		t.Errorf("%s: %s: %v", file, keyOf(document), err)
	}
	if to[keyOf(document)] != nil {
		t.Errorf("%s: %s stands in the catalogue twice", file, keyOf(document))
	}
	to[keyOf(document)] = document
}

func (c *catalogueOf) lineage(t *testing.T, product *content.Product) content.Lineage {
	t.Helper()
	lineage, whole := content.Trace(product, func(sku string) *content.Product { return c.products[sku] })
	if !whole {
		t.Fatalf("%s lacks a parent", product.SKU)
	}
	return lineage
}

// media gives everything that is shown, by whose it is.
func (c *catalogueOf) media() map[string][]content.Media {
	media := map[string][]content.Media{}
	for sku, p := range c.products {
		media[sku] = p.Media
	}
	for key, f := range c.fragments {
		for i := range f.Variants {
			media[path.Join(key, f.Variants[i].ID)] = f.Variants[i].Media
		}
	}
	return media
}

func (c *catalogueOf) reader(channel, audience string, tag locale.Tag) *targeting.Context {
	at := c.Channels[channel]
	return targeting.NewContext(targeting.Situation{
		Channel: at, Audience: c.Audiences[audience], Locale: tag, At: now,
		Chain:       locale.Chain(tag, "", locale.Fallbacks{}, at.DefaultLocale),
		Publication: at.Defaults.Publication, Format: at.Defaults.Format,
	})
}

func inEveryLanguage(t *testing.T, what string, texts content.Localized) {
	t.Helper()
	for _, tag := range languages {
		if content.Blank(texts[tag]) {
			t.Errorf("%s is missing in %s", what, tag)
		}
	}
}
