package view_test

import (
	"context"
	"testing"

	"unisono/content"
	"unisono/locale"
	"unisono/view"
)

func TestAFragmentIsTheVariantThatIsRight(t *testing.T) {
	h := furniture(t)
	fragments, err := h.assembler().Fragments(t.Context(), reader("da", "de"), []string{"hello", "draft", "nobody", "danish", "warning"})
	if err != nil {
		t.Fatal(err)
	}
	// S2: a draft is not there, and neither is one without a variant for the reader.
	diff(t, "fragments", keys(fragments), []string{"hello", "", "", "danish", "warning"})
	hello, danish, warning := fragments[0], fragments[3], fragments[4]
	diff(t, "texts", []*string{hello.Title(), hello.Body(nil), danish.Title(), danish.Body(nil), warning.Title(), warning.Body(nil)}, []*string{ptr("Hallo"), ptr("B"), ptr("Dansk"), nil, nil, ptr("!")})
	diff(t, "locales", []*locale.Tag{hello.Locale(), danish.Locale(), warning.Locale()}, []*locale.Tag{tag("de"), tag("da"), nil})
	diff(t, "fallbacks", []bool{hello.IsFallback(), danish.IsFallback(), warning.IsFallback()}, []bool{true, false, false})
	diff(t, "the rest", []string{hello.ID(), hello.Kind(), hello.CallToAction().URL}, []string{view.FragmentID("hello"), "INTRO", "/l"})
	diff(t, "labels and slot", [][]string{hello.Labels(), hello.ReferenceKeys()}, [][]string{{"a", "b"}, {"warning", "draft", "none", "hello"}})
	if hello.Slot() != nil || len(hello.Media()) != 0 || warning.CallToAction() != nil || hello.Reader() == nil {
		t.Error("it has what belongs to another variant, or stands in a slot")
	}
	references, err := h.assembler().References(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "references that are there", keys(references), []string{"warning"})
	none, err := h.assembler().Fragment(t.Context(), reader("fr"), "danish")
	if err != nil || none != nil {
		t.Errorf("without a variant it is %v, %v", none, err)
	}
	english, err := h.assembler().Fragment(t.Context(), reader("en"), "hello")
	if err != nil || len(english.Media()) != 1 || english.Media()[0].URL() != "/h.png" {
		t.Errorf("its media are not there: %v", err)
	}
}

func TestFragmentsStandOnAProductInTheOrderOfItsSlots(t *testing.T) {
	for name, test := range map[string]struct {
		choice view.SlotChoice
		first  int
		want   []string
	}{
		"all":               {view.SlotChoice{}, 9, []string{"intro/hello", "care/hello", "legal/warning"}},
		"the first":         {view.SlotChoice{}, 2, []string{"intro/hello", "care/hello"}},
		"none of them":      {view.SlotChoice{}, 0, nil},
		"of a slot":         {view.SlotChoice{Slots: []string{"care"}}, 9, []string{"care/hello"}},
		"of several slots":  {view.SlotChoice{Slots: []string{"legal", "intro"}}, 9, []string{"intro/hello", "legal/warning"}},
		"of a kind":         {view.SlotChoice{Kinds: []string{"WARNING", "NOTE"}}, 9, []string{"legal/warning"}},
		"of any label":      {view.SlotChoice{Labels: []string{"a", "z"}}, 9, []string{"intro/hello", "care/hello"}},
		"of all conditions": {view.SlotChoice{Slots: []string{"care", "legal"}, Kinds: []string{"INTRO"}, Labels: []string{"b"}}, 1, []string{"care/hello"}},
		"of an unknown":     {view.SlotChoice{Slots: []string{"none"}}, 9, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := furniture(t)
			p := product(t, h, reader("en"), "chair-red")
			h.loads = 0
			fragments, err := h.assembler().ProductFragments(t.Context(), p, test.choice, test.first)
			if err != nil || h.loads > 1 {
				t.Fatalf("%d loads: %v", h.loads, err)
			}
			var got []string
			for _, f := range fragments {
				got = append(got, *f.Slot()+"/"+f.Key())
				if f.ID() != view.SlotID("chair-red", *f.Slot(), f.Key()) {
					t.Errorf("the id of %s is that of another", f.Key())
				}
			}
			diff(t, "fragments", got, test.want)
		})
	}
	p := product(t, furniture(t), reader("en"), "chair-red")
	diff(t, "keys to read ahead, each once", p.FragmentKeys(nil), []string{"hello", "draft", "none", "danish", "warning"})
}

func TestNamedGivesWhatAnIdNames(t *testing.T) {
	h := furniture(t)
	for name, test := range map[string]struct {
		name              view.NodeName
		product, fragment string
	}{
		"a product":                           {view.NodeName{SKU: "chair"}, "chair", ""},
		"S6 a product that is hidden":         {view.NodeName{SKU: "hidden"}, "", ""},
		"a fragment":                          {view.NodeName{Fragment: "hello"}, "", view.FragmentID("hello")},
		"S6 a draft":                          {view.NodeName{Fragment: "draft"}, "", ""},
		"a fragment in its slot":              {view.NodeName{SKU: "chair-red", Slot: "care", Fragment: "hello"}, "", view.SlotID("chair-red", "care", "hello")},
		"a fragment not in this slot":         {view.NodeName{SKU: "chair-red", Slot: "intro", Fragment: "warning"}, "", ""},
		"S6 a draft in its slot":              {view.NodeName{SKU: "chair-red", Slot: "care", Fragment: "draft"}, "", ""},
		"S6 a slot of a product that is none": {view.NodeName{SKU: "orphan", Slot: "intro", Fragment: "hello"}, "", ""},
		"nothing":                             {view.NodeName{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, f, err := h.assembler().Named(t.Context(), reader("en"), test.name)
			if err != nil {
				t.Fatal(err)
			}
			gotProduct, gotFragment := "", ""
			if p != nil {
				gotProduct = p.SKU()
			}
			if f != nil {
				gotFragment = f.ID()
			}
			diff(t, "product and fragment", []string{gotProduct, gotFragment}, []string{test.product, test.fragment})
		})
	}
}

func TestTheReaderIsCarriedByTheContext(t *testing.T) {
	if view.FromContext(context.Background()) != nil {
		t.Error("there is one where none is")
	}
	r := reader("en")
	if view.FromContext(view.NewContext(t.Context(), r)) != r {
		t.Error("it is not there")
	}
}

func TestViewsOfTwoReadersDoNotDisturbEachOther(t *testing.T) {
	h := furniture(t)
	german, english := reader("de"), reader("en")
	a, b := product(t, h, german, "chair"), product(t, h, english, "chair")
	diff(t, "names", []string{*a.Name(), *b.Name(), *a.Name()}, []string{"Stuhl", "Chair", "Stuhl"})
	h.products["chair"] = &content.Product{SKU: "chair", State: content.Draft}
	diff(t, "a view that was made stays", *a.Name(), "Stuhl")
}
