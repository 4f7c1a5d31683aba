package catalog_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/internal/property"
	"unisono/targeting"
)

// everything is all that a snapshot says to a question, as text.
func (a asked) everything(t *rapid.T, s *catalog.Snapshot, reader *targeting.Context) string {
	said := []any{}
	products, err := s.ProductList(a.query, reader)
	if err != nil {
		if fault.KindOf(err) != fault.BadUserInput {
			t.Fatal(err)
		}
		return err.Error()
	}
	page, err := products.Page(a.query.Part)
	if err != nil {
		return err.Error()
	}
	said = append(said, *page)
	for _, key := range drawnAttributes {
		said = append(said, products.Facet(key, 10).Digest())
	}
	fragments := s.FragmentList(a.fragments, reader)
	held, err := fragments.Page(a.fragments.Part)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%+v", append(said, *held, fragments.Kinds(10).Digest(), fragments.Labels(10).Digest()))
}

// Adaptive vary, of lists: what one reader is told is what every other is told who agrees on what was read of the first one's context, until the moment that the record names.
func TestReadersWhoAgreeOnWhatWasReadGetTheSameLists(t *testing.T) {
	tried, agreed, later := 0, 0, 0
	property.Check(t, 5000, func(t *rapid.T) {
		s := drawCatalogue(t)
		snapshot, question := opened(t, s).Snapshot(), drawQuestion(t, s.now())
		record := &targeting.Record{}
		before := question.everything(t, snapshot, question.reader.Recorded(record))
		if !record.IsShareable() {
			t.Fatal("it is not shareable")
		}
		changed := drawReader(t).Situation()
		other := question.reader.With(func(s *targeting.Situation) {
			switch rapid.IntRange(0, 6).Draw(t, "what else") {
			case 0:
				s.Channel = &content.Channel{Key: changed.Channel.Key, Selection: s.Channel.Selection}
			case 1:
				s.Channel = &content.Channel{Key: s.Channel.Key, Selection: changed.Channel.Selection}
			case 2:
				s.Audience = changed.Audience
			case 3:
				s.Market = changed.Market
			case 4:
				s.Locale, s.Chain = changed.Locale, changed.Chain
			case 5:
				s.Device, s.Segments = changed.Device, changed.Segments
			default:
				s.Preview = !s.Preview
			}
		})
		tried++
		if bytes.Equal(record.AppendKey(nil, question.reader), record.AppendKey(nil, other)) {
			agreed++
			if got := question.everything(t, snapshot, other); got != before {
				t.Fatalf("they agree on %v, and one is told\n%s\nthe other\n%s%s", record.Consulted(), before, got, question)
			}
		}
		at := question.reader.At()
		end := record.Until().Add(-time.Millisecond)
		if record.Until().IsZero() {
			end = at.Add(10_000 * time.Hour)
		}
		if end.After(at) {
			later++
			if got := question.everything(t, snapshot, question.reader.With(func(s *targeting.Situation) { s.At = end })); got != before {
				t.Fatalf("at %s, before %s, it is\n%s\nand was at %s\n%s%s", end, record.Until(), got, at, before, question)
			}
		}
	})
	if agreed*10 < tried || later*4 < tried {
		t.Errorf("of %d pairs %d agreed, and %d were asked later: too few to mean much", tried, agreed, later)
	}
}
