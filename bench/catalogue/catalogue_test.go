package catalogue

import (
	"bytes"
	"slices"
	"testing"
)

func TestTheListingHasTwentyProductsWithFragmentsOfTheirOwn(t *testing.T) {
	if got := Listed(1000); got != 20 {
		t.Errorf("of a thousand it lists %d", got)
	}
	if got := Listed(60); got != 2 {
		t.Errorf("of sixty it lists %d", got)
	}
	fragments := map[string]bool{}
	for number := range 1000 {
		product := MakeProduct(number)
		if !slices.Contains(product.Categories, Category(ListingCategory)) {
			continue
		}
		for _, slot := range product.Fragments[:InListing] {
			fragments[slot.Fragment] = true
		}
	}
	if len(fragments) != 20*InListing {
		t.Errorf("they share fragments: there are %d", len(fragments))
	}
}

func TestContextsDiffer(t *testing.T) {
	seen := map[Context]bool{}
	for number := range Contexts {
		seen[MakeContext(number)] = true
	}
	if len(seen) != Contexts {
		t.Errorf("there are %d", len(seen))
	}
}

func TestACatalogueIsTheSameEachTime(t *testing.T) {
	one, other := bytes.Buffer{}, bytes.Buffer{}
	if err := Write(&one, 30); err != nil {
		t.Fatal(err)
	}
	if err := Write(&other, 30); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), other.Bytes()) {
		t.Error("it is not")
	}
	if bytes.Count(one.Bytes(), []byte(`"kind":"product"`)) != 30 {
		t.Error("products are lacking")
	}
}
