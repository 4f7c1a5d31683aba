package edit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"unisono/content"
	"unisono/edit"
	"unisono/fault"
)

func TestOutcomesStandInTheOrderOfTheChanges(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "there", "slug": "s"}`)
	diff(t, "outcomes", write(t, h.writer, content.KindProduct,
		`{"sku": "z", "attributes": [{"key": "name", "value": "Z"}]}`, `nonsense`, `{"slug": "x"}`, `{"sku": "a", "channels": ["webb"], "gtin": "1"}`,
		`{"sku": "there", "slug": "s"}`, `{"sku": "b", "colour": "red", "slug": 7}`, `{"sku": "there", "family": "f"}`,
	), []string{
		"z written", ":INVALID", "sku:INVALID", "a gtin:INVALID channels.0:NOT_FOUND",
		"there same", "colour:INVALID slug:INVALID", "there written",
	})
	if h.product("a") != nil || h.product("b") != nil || h.product("there").Family != "f" {
		t.Error("what is wrong was written, or what is right was not")
	}
	diff(t, "of nothing", write(t, h.writer, content.KindProduct), []string{})
}

func TestSeveralChangesOfOneDocumentAreAppliedInTheirOrder(t *testing.T) {
	h := open(t)
	changes := []string{}
	for i := range 20 {
		for sku := range 5 {
			changes = append(changes, fmt.Sprintf(`{"sku": "p%d", "setAttributes": [{"key": "k%d", "value": %d}, {"key": "last", "value": %d}]}`, sku, i, i, i))
		}
	}
	h.must(t, content.KindProduct, changes...)
	for sku := range 5 {
		p := h.product(fmt.Sprintf("p%d", sku))
		if len(p.Attributes) != 21 || p.Attributes[1].Value.Any() != 19.0 || p.Revision != 20 {
			t.Errorf("it has %d values, the last %v, revision %d", len(p.Attributes), p.Attributes[1].Value.Any(), p.Revision)
		}
	}
	diff(t, "one that is wrong stops no other", write(t, h.writer, content.KindProduct, `{"sku": "p0", "slug": "a"}`, `{"sku": "p0", "slug": " "}`, `{"sku": "p0", "slug": "c"}`),
		[]string{"p0 written", "p0 slug:INVALID", "p0 written"})
	diff(t, "the last counts", h.product("p0").Slug, "c")
}

func TestTheCatalogueShowsWhatWasWritten(t *testing.T) {
	h := open(t)
	h.must(t, content.KindChannel, `{"key": "web", "platform": "APP", "defaultLocale": "da"}`)
	h.must(t, content.KindProduct, `{"sku": "a", "state": "PUBLISHED", "slug": "chair", "channels": ["web"]}`)
	if skus := h.index.Snapshot().BySlug("chair"); !slices.Equal(skus, []string{"a"}) {
		t.Error("the product is not there")
	}
	diff(t, "first published", h.product("a").FirstPublished, &noon)
}

func TestTheRevisionThatIsExpected(t *testing.T) {
	h := open(t)
	const conflict = "a expectedRevision:CONFLICT"
	for _, step := range []struct{ name, change, want string }{
		{"one that is not there", `{"sku": "a", "expectedRevision": 1}`, conflict},
		{"0 creates", `{"sku": "a", "expectedRevision": 0}`, "a written"},
		{"0 does not change", `{"sku": "a", "slug": "s", "expectedRevision": 0}`, conflict},
		{"the right one", `{"sku": "a", "slug": "s", "expectedRevision": 1}`, "a written"},
		{"one that is over", `{"sku": "a", "slug": "t", "expectedRevision": 1}`, conflict},
		{"one to come", `{"sku": "a", "slug": "t", "expectedRevision": 3}`, conflict},
		{"none is any", `{"sku": "a", "slug": "t"}`, "a written"},
	} {
		t.Run(step.name, func(t *testing.T) {
			diff(t, step.change, write(t, h.writer, content.KindProduct, step.change), []string{step.want})
		})
	}
	diff(t, "each of a call counts on", write(t, h.writer, content.KindProduct, `{"sku": "a", "slug": "1", "expectedRevision": 3}`, `{"sku": "a", "slug": "2", "expectedRevision": 4}`, `{"sku": "a", "slug": "3", "expectedRevision": 4}`),
		[]string{"a written", "a written", conflict})
	diff(t, "of definitions too", write(t, h.writer, content.KindAudience, `{"key": "x", "expectedRevision": 0}`, `{"key": "x", "restricted": true, "expectedRevision": 0}`), []string{"x written", "x expectedRevision:CONFLICT"})
}

func TestDefinitionsAreSeenByLaterChangesOfTheSameCall(t *testing.T) {
	h := open(t)
	diff(t, "categories", write(t, h.writer, content.KindCategory, `{"key": "a"}`, `{"key": "b", "parent": "a"}`, `{"key": "a", "parent": "b"}`), []string{"a written", "b written", "a parent:INVALID"})
	h.must(t, content.KindAudience, `{"key": "dealer"}`)
	diff(t, "channels", write(t, h.writer, content.KindChannel, `{"key": "c", "platform": "APP", "defaultLocale": "da", "defaults": {"audience": "dealer"}}`, `{"key": "c"}`, `{"key": "d", "platform": "APP"}`, `{"key": "c", "restricted": true}`),
		[]string{"c written", "c same", "d defaultLocale:INVALID", "c written"})
	h.must(t, content.KindAttribute, `{"key": "colour", "type": "OPTION"}`)
	diff(t, "an option is not there yet", write(t, h.writer, content.KindProduct, `{"sku": "a", "attributes": [{"key": "colour", "value": "red"}]}`), []string{"a attributes.0.value:NOT_FOUND"})
	h.must(t, content.KindOption, `{"attribute": "colour", "key": "red"}`)
	h.must(t, content.KindProduct, `{"sku": "a", "attributes": [{"key": "colour", "value": "red"}]}`)
	h.must(t, content.KindFamily, `{"key": "f", "required": [{"channel": "c", "attributes": ["colour"]}]}`)
	diff(t, "in a call of their own", write(t, h.writer, content.KindCategory, `{"key": "x", "parent": "y"}`, `{"key": "y", "parent": "x"}`), []string{"x written", "y parent:INVALID"})
}

func TestDeleteGivesTheKeysThatWereThere(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "a", "slug": "s"}`, `{"sku": "b"}`)
	deleted, problems, err := h.writer.Delete(editor(t), content.KindProduct, []string{"b", "x", "a", "a"})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "deleted", deleted, []string{"b", "a"})
	diff(t, "problems", problems, fault.Problems{{Path: []string{"1"}, Code: fault.NotFound, Message: `there is no product "x"`}, {Path: []string{"3"}, Code: fault.NotFound, Message: `there is no product "a"`}})
	if len(h.index.Snapshot().BySlug("s")) > 0 || h.product("a") != nil {
		t.Error("it is there still")
	}
	h.must(t, content.KindProduct, `{"sku": "c", "slug": "s"}`)

	h.must(t, content.KindChannel, `{"key": "web", "platform": "APP", "defaultLocale": "da"}`)
	if _, _, err := h.writer.Delete(editor(t), content.KindChannel, []string{"web"}); err != nil || !h.index.Snapshot().Contexts().Empty() {
		t.Errorf("the channel is there still: %v", err)
	}

	h.must(t, content.KindProduct, `{"sku": "a", "slug": "t"}`, `{"sku": "b"}`)
	h.fails = func(key string) error {
		if key == "b" {
			return errDown
		}
		return nil
	}
	deleted, _, err = h.writer.Delete(editor(t), content.KindProduct, []string{"a", "b", "c"})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("it gave %v", err)
	}
	diff(t, "what was deleted before is said", deleted, []string{"a"})
	if len(h.index.Snapshot().BySlug("t")) > 0 {
		t.Error("and the catalogue does not show it")
	}
}

func TestWhatTheDatabaseSaysOfOneDocumentIsItsProblem(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want []string // nil: the whole call fails
	}{
		"another write came first, again and again": {fault.New(fault.Conflict, "busy"), []string{"a written", "bad :CONFLICT", "z written"}},
		"it does not take the key":                  {fault.New(fault.BadUserInput, "no"), []string{"a written", "bad :INVALID", "z written"}},
		"another program wrote it":                  {fault.New(fault.Internal, "unreadable"), []string{"a written", "bad :INVALID", "z written"}},
		"it would be too large":                     {fault.New(fault.LimitExceeded, "larger than 16 MiB"), []string{"a written", "bad :TOO_MANY", "z written"}},
		"it does not answer":                        {errDown, nil},
		"the time ran out":                          {context.DeadlineExceeded, nil},
		"nobody knows":                              {errors.New("x"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []content.Kind{content.KindFragment, content.KindAudience} {
				h := open(t)
				h.fails = func(key string) error {
					if key == "bad" {
						return test.err
					}
					return nil
				}
				change := func(key string) []byte {
					if kind == content.KindFragment {
						return []byte(`{"key": "` + key + `", "type": "NOTE"}`)
					}
					return []byte(`{"key": "` + key + `"}`)
				}
				outcomes, err := h.writer.Write(editor(t), kind, [][]byte{change("a"), change("bad"), change("z")})
				if test.want != nil {
					if err != nil {
						t.Errorf("%s: the whole call fails: %v", kind, err)
					}
					diff(t, string(kind), summary(outcomes), test.want)
				} else if !errors.Is(err, test.err) {
					t.Errorf("%s: it gave %v", kind, err)
				}
			}
		})
	}
}

func TestWhatWasWrittenBeforeAFaultStaysAndIsShown(t *testing.T) {
	h := open(t)
	h.fails = func(key string) error {
		if key == "bad" {
			return errDown
		}
		return nil
	}
	outcomes, err := h.writer.Write(editor(t), content.KindProduct, raw([]string{`{"sku": "bad", "slug": "b"}`, `{"sku": "bad", "slug": "c"}`}))
	if fault.KindOf(err) != fault.Unavailable || len(outcomes) != 2 || outcomes[0].Written {
		t.Errorf("it gave %+v, %v", outcomes, err)
	}
	outcomes, err = h.writer.Write(editor(t), content.KindAudience, raw([]string{`{"key": "a"}`, `{"key": "bad"}`, `{"key": "z"}`}))
	if fault.KindOf(err) != fault.Unavailable || !outcomes[0].Written || outcomes[2].Document != nil {
		t.Errorf("it gave %+v, %v", outcomes, err)
	}
	if h.index.Snapshot().Definitions().Audiences["a"] == nil {
		t.Error("what was written is not shown")
	}
	h.fails = nil
	h.must(t, content.KindProduct, `{"sku": "other", "slug": "b"}`) // what failed holds no name
	ctx, cancel := context.WithCancel(editor(t))
	cancel()
	if _, err := h.writer.Write(ctx, content.KindProduct, raw([]string{`{"sku": "late"}`})); !errors.Is(err, context.Canceled) {
		t.Errorf("without time it gave %v", err)
	}
}

func TestARehearsalWritesNothing(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "there", "slug": "s"}`)
	updates := h.updates
	w := edit.NewRehearsal(h.memory, h.index, clock)
	diff(t, "a channel", write(t, w, content.KindChannel, `{"key": "web", "platform": "APP", "defaultLocale": "da"}`, `{"key": "bad"}`), []string{"web written", "bad platform:INVALID defaultLocale:INVALID"})
	diff(t, "later changes see it", write(t, w, content.KindProduct, `{"sku": "a", "channels": ["web"]}`, `{"sku": "b", "channels": ["app"]}`, `{"sku": "there", "slug": "s"}`, `{"sku": "there", "slug": "t", "expectedRevision": 1}`, `{"sku": "c", "slug": "s"}`, `{"sku": "there", "expectedRevision": 7}`),
		[]string{"a written", "b channels.0:NOT_FOUND", "there same", "there written", "c slug:CONFLICT", "there expectedRevision:CONFLICT"})
	deleted, problems, err := w.Delete(editor(t), content.KindProduct, []string{"there", "a"})
	if err != nil || len(deleted) != 1 || len(problems) != 1 {
		t.Errorf("it would delete %v, %v, %v", deleted, problems, err)
	}
	if h.updates != updates || len(h.holds) != 1 || h.product("there").Slug != "s" || !h.index.Snapshot().Contexts().Empty() {
		t.Error("something was written")
	}
}

// What a rehearsal says comes true.
func TestARehearsalSaysWhatWritingWouldSay(t *testing.T) {
	for name, test := range map[string]struct {
		kind    content.Kind
		changes []string
	}{
		"a definition and what is below it":     {content.KindCategory, []string{`{"key": "a"}`, `{"key": "b", "parent": "a"}`, `{"key": "a", "parent": "b"}`}},
		"one definition in two changes":         {content.KindAttribute, []string{`{"key": "a", "type": "TEXT"}`, `{"key": "a", "position": 3}`}},
		"a product with a slug":                 {content.KindProduct, []string{`{"sku": "a", "slug": "s"}`}},
		"a product that is right and one not":   {content.KindProduct, []string{`{"sku": "a"}`, `{"sku": "b", "state": "GONE"}`}},
		"a fragment":                            {content.KindFragment, []string{`{"key": "f", "type": "NOTE", "variants": [{"title": "T"}]}`, `{"key": "g"}`}},
		"the same definition again, not needed": {content.KindAudience, []string{`{"key": "a"}`, `{"key": "a"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			rehearsed := write(t, edit.NewRehearsal(h.memory, h.index, clock), test.kind, test.changes...)
			diff(t, "outcomes", rehearsed, write(t, h.writer, test.kind, test.changes...))
		})
	}
}
