package targeting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// noon is the time at which most of these tests ask.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func at(text string) *time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateOnly} {
		if moment, err := time.Parse(layout, text); err == nil {
			return &moment
		}
	}
	panic(text)
}

func tags(spelled string) []locale.Tag {
	list := []locale.Tag{}
	for name := range strings.FieldsSeq(spelled) {
		list = append(list, locale.MustParse(name))
	}
	return list
}

// reader is somebody on a channel whose chain of locales is given. Whatever else is wanted is for the tests to set.
func reader(channel, chain string, selection content.SelectionOrder) *targeting.Context {
	c := targeting.Situation{
		Channel: &content.Channel{Key: channel, Selection: selection}, Audience: &content.Audience{Key: "public"},
		Chain: tags(chain), At: noon,
	}
	if len(c.Chain) > 0 {
		c.Locale = c.Chain[0]
	}
	return targeting.NewContext(c)
}

func withTraits(traits map[string]any) func(*targeting.Situation) {
	return func(s *targeting.Situation) { s.Traits = traits }
}

// chosen is the id of the variant that is right, or "".
func chosen(variants []content.Variant, reader *targeting.Context) string {
	if variant := targeting.Choose(variants, reader); variant != nil {
		return variant.ID
	}
	return ""
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}
