package ingest

import (
	"strings"
	"testing"
	"time"

	"unisono/content"
)

func TestProgressLines(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	text := strings.Builder{}
	display := NewProgress(&text, false)
	display.now = func() time.Time { return now }
	display.last = now
	for range 12 { // a batch a second
		now = now.Add(time.Second)
		display.Done(content.KindCategory, 10)
	}
	display.Total(400)
	now = now.Add(time.Minute)
	display.Done(content.KindProduct, 80)
	display.Close()
	const want = "categories: 50 items\ncategories: 100 items\nproducts: 200 of 400 items (50%)\n"
	if text.String() != want {
		t.Errorf("got:\n%swant:\n%s", text.String(), want)
	}
}

func TestProgressBar(t *testing.T) {
	for _, total := range []int{0, 40} {
		text := strings.Builder{}
		display := NewProgress(&text, true)
		if total > 0 {
			display.Total(total)
		}
		display.Done(content.KindProduct, 30)
		display.Done(content.KindProduct, 30) // more than were announced
		display.Close()
		if !strings.Contains(text.String(), "products") || strings.Contains(text.String(), "\n") {
			t.Errorf("of %d: %q", total, text.String())
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct{ name, bytes, want string }{
		{"nothing", "", ""},
		{"one letter", "a", "a"},
		{"a mark", "\xef\xbb\xbfé", "é"},
		{"a mark alone", "\xef\xbb\xbf", ""},
		{"UTF-16", "\xff\xfea\x00\xe9\x00", "aé"},
		{"UTF-16, big-endian", "\xfe\xff\x00a\x00\xe9", "aé"},
		{"UTF-16 without a mark", "a\x00\xe9\x00", "aé"},
		{"UTF-16, big-endian, without a mark", "\x00a\x00\xe9", "aé"},
		{"Latin-1 is handed through", "\xe9t\xe9", "\xe9t\xe9"},
	} {
		got := strings.Builder{}
		if _, err := Text(strings.NewReader(test.bytes)).WriteTo(&got); err != nil || got.String() != test.want {
			t.Errorf("%s: %q, %v; want %q", test.name, got.String(), err, test.want)
		}
	}
}

func TestNotUTF8(t *testing.T) {
	for text, want := range map[string]int{"": 0, "été \ufffd": 0, "\xe9t": 1, "ét\xe9": 4} {
		if got, _ := NotUTF8(text); got != want {
			t.Errorf("NotUTF8(%q) = %d; want %d", text, got, want)
		}
	}
}
