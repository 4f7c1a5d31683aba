package locale_test

import (
	"encoding/json"
	"strings"
	"testing"

	"unisono/fault"
	"unisono/locale"
)

func TestTagsInJSON(t *testing.T) {
	var got struct {
		Locale locale.Tag            `json:"locale"`
		None   locale.Tag            `json:"none"`
		Names  map[locale.Tag]string `json:"names"`
	}
	if err := json.Unmarshal([]byte(`{"locale": "DA_dk", "none": "", "names": {"iw": "כיסא"}}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Locale != "da-DK" || got.None != "" || got.Names["he"] != "כיסא" {
		t.Errorf("got %+v", got)
	}
	if text, err := json.Marshal(got.Names); err != nil || string(text) != `{"he":"כיסא"}` {
		t.Errorf("written again: %s, %v", text, err)
	}
}

func TestUnmarshalTextRefuses(t *testing.T) {
	tag := locale.Tag("da")
	err := tag.UnmarshalText([]byte("xx-yy-zz-1"))
	if fault.KindOf(err) != fault.BadUserInput || !strings.HasPrefix(err.Error(), `"xx-yy-zz-1" is no locale; `) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "language:") {
		t.Errorf("%q shows the cause", err)
	}
	if tag != "da" {
		t.Errorf("the tag became %q", tag)
	}
}
