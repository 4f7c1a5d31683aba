package resolvers

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"unisono/catalog"
)

// tens is a list of the numbers 0 to 9, whose cursors are the numbers.
func tens(part catalog.Part) (*catalog.Page, error) {
	begin, end := 0, 10
	if part.After != "" {
		at, _ := strconv.Atoi(part.After)
		begin = at + 1
	}
	if part.Before != "" {
		end, _ = strconv.Atoi(part.Before)
	}
	if part.Backward {
		begin = max(begin, end-part.First)
	} else {
		end = min(end, begin+part.First)
	}
	page := &catalog.Page{Total: 10, Previous: begin > 0, Next: end < 10}
	for i := begin; i < end; i++ {
		page.Keys, page.Cursors = append(page.Keys, strconv.Itoa(i)), append(page.Cursors, strconv.Itoa(i))
	}
	return page, nil
}

func TestAPageIsFilledFromWhatFollows(t *testing.T) {
	for name, test := range map[string]struct {
		part       catalog.Part
		gone       string // items that are not there any more
		fails      int    // the load that fails, from 1 on
		items      string
		looked     string // the first and the last item that was looked at: the cursors of the page
		next, back bool
	}{
		"all are there":                    {part: catalog.Part{First: 3}, items: "0 1 2", looked: "0 2", next: true},
		"one is made up for":               {part: catalog.Part{First: 3}, gone: "1", items: "0 2 3", looked: "0 3", next: true},
		"one after another":                {part: catalog.Part{First: 3}, gone: "1 3", items: "0 2 4", looked: "0 4", next: true},
		"twice at the most":                {part: catalog.Part{First: 3}, gone: "1 3 4 5", items: "0 2", looked: "0 4", next: true},
		"up to the end":                    {part: catalog.Part{First: 3, After: "6"}, gone: "8", items: "7 9", looked: "7 9", back: true},
		"not beyond the other cursor":      {part: catalog.Part{First: 3, After: "2", Before: "6"}, gone: "4", items: "3 5", looked: "3 5", next: true, back: true},
		"from the end":                     {part: catalog.Part{First: 3, Backward: true}, gone: "8", items: "6 7 9", looked: "6 9", back: true},
		"from the end to the beginning":    {part: catalog.Part{First: 3, Before: "3", Backward: true}, gone: "0 2", items: "1", looked: "0 2", next: true},
		"none":                             {part: catalog.Part{First: 0}, items: "", looked: "", next: true},
		"none is left":                     {part: catalog.Part{First: 2}, gone: "0 1 2 3 4 5", items: "", looked: "0 5", next: true},
		"what cannot be loaded":            {part: catalog.Part{First: 3}, fails: 1, looked: "0 2", next: true},
		"what follows cannot be loaded":    {part: catalog.Part{First: 3}, gone: "1", fails: 2, items: "0 2", looked: "0 2", next: true},
		"what goes before cannot":          {part: catalog.Part{First: 3, Backward: true}, gone: "8", fails: 2, items: "7 9", looked: "7 9", back: true},
		"nor what follows what follows it": {part: catalog.Part{First: 3}, gone: "1 3", fails: 3, items: "0 2", looked: "0 3", next: true},
	} {
		t.Run(name, func(t *testing.T) {
			page, _ := tens(test.part)
			loads, failure := 0, errors.New("no answer")
			items, cursors, err := filled(page, test.part, tens, func(keys []string) ([]*string, error) {
				if loads++; loads == test.fails {
					return nil, failure
				}
				loaded := make([]*string, len(keys))
				for i, key := range keys {
					if !slices.Contains(strings.Fields(test.gone), key) {
						loaded[i] = &key
					}
				}
				return loaded, nil
			})
			if (err != nil) != (test.fails == 1) {
				t.Fatalf("it gives %v", err)
			}
			got := []string{}
			for _, item := range items {
				got = append(got, *item)
			}
			if strings.Join(got, " ") != test.items {
				t.Errorf("the items are %v, want %s", got, test.items)
			}
			if err == nil && !slices.Equal(cursors, got) {
				t.Errorf("the cursors are %v", cursors)
			}
			info, looked := pageInfo(page), ""
			if info.StartCursor != nil {
				looked = *info.StartCursor + " " + *info.EndCursor
			}
			if looked != test.looked || info.HasNextPage != test.next || info.HasPreviousPage != test.back {
				t.Errorf("the page is of %s, next %t, previous %t; want %s, %t, %t", looked, info.HasNextPage, info.HasPreviousPage, test.looked, test.next, test.back)
			}
		})
	}
}
