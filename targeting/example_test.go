package targeting_test

import (
	"fmt"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// A fragment has several variants, of which each reader gets one.
func ExampleChoose() {
	variants := []content.Variant{
		{ID: "general", Locale: "en", Title: "Free returns"},
		{ID: "german", Locale: "de", Title: "Kostenlose Rückgabe"},
		{ID: "dealers", Locale: "en", Title: "Returns by your agreement", When: &content.Condition{Audiences: []string{"dealer"}}},
	}
	reader := targeting.NewContext(targeting.Situation{
		Channel:  &content.Channel{Key: "web"},
		Audience: &content.Audience{Key: "dealer"},
		Locale:   "de-AT",
		Chain:    []locale.Tag{"de-AT", "de", "en"},
		At:       time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC),
	})
	fmt.Println(targeting.Choose(variants, reader).Title)

	reader = reader.With(func(s *targeting.Situation) {
		s.Channel = &content.Channel{Key: "portal", Selection: content.SpecificityFirst}
	})
	fmt.Println(targeting.Choose(variants, reader).Title)
	// Output:
	// Kostenlose Rückgabe
	// Returns by your agreement
}
