package targeting_test

import (
	"math"
	"strings"
	"testing"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// setA are the variants of "Variant selection", Set A, in the algorithm reference.
func setA() []content.Variant {
	variants := []content.Variant{
		{ID: "a1"},
		{ID: "a2", When: &content.Condition{Channels: []string{"web"}}},
		{ID: "a3", Locale: "de", ValidFrom: at("2026-03-01")},
		{ID: "a4", Locale: "de", When: &content.Condition{Channels: []string{"web"}, Devices: []content.Device{"PHONE"}}, ValidUntil: at("2026-03-10T13:00")},
		{ID: "a5", When: &content.Condition{Segments: []string{"vip"}}, ValidFrom: at("2026-03-11")},
		{ID: "a6", When: &content.Condition{Markets: []string{"DE"}}, ValidFrom: at("2026-02-01")},
		{ID: "a7", When: &content.Condition{Markets: []string{"DE"}}, ValidFrom: at("2026-03-05")},
		{ID: "a8", When: &content.Condition{Channels: []string{"email"}}, Priority: 10},
		{ID: "a9", Locale: "de-AT"},
	}
	for i := range variants {
		variants[i].Title = variants[i].ID
	}
	return variants
}

func TestVariantSelectionSetA(t *testing.T) {
	for name, test := range map[string]struct {
		at, channel, locale, market string
		device                      content.Device
		specificity, language       string
		seconds                     int // until time alone changes the answer, where specificity comes first; 0: never
		segments                    []string
		vary                        string // what is looked at, where the reference says it
	}{
		"row 1: web, de-AT, phone, AT":               {"2026-03-10T12:00", "web", "de-AT", "AT", "PHONE", "a4", "a9", 3600, nil, "SEGMENT:vip MARKET LOCALE CHANNEL DEVICE"},
		"row 2: the same when a4 has ended":          {"2026-03-10T13:00", "web", "de-AT", "AT", "PHONE", "a9", "a9", 0, nil, "SEGMENT:vip MARKET LOCALE CHANNEL DEVICE"},
		"row 3: web, de-DE, desktop, DE":             {"2026-03-10T12:00", "web", "de-DE", "DE", "DESKTOP", "a7", "a3", 0, nil, "SEGMENT:vip MARKET LOCALE CHANNEL DEVICE"},
		"row 4: email, de, DE":                       {"2026-03-10T12:00", "email", "de", "DE", "", "a8", "a8", 0, nil, "SEGMENT:vip MARKET LOCALE CHANNEL"},
		"row 5: app, fr, FR, vip":                    {"2026-03-10T12:00", "app", "fr", "FR", "", "a1", "a1", 43200, []string{"vip"}, "SEGMENT:vip MARKET LOCALE CHANNEL"},
		"row 6: the same when a5 has begun":          {"2026-03-11", "app", "fr", "FR", "", "a5", "a5", 0, []string{"vip"}, "SEGMENT:vip MARKET LOCALE CHANNEL"},
		"row 5 for one who is in no segment":         {"2026-03-10T12:00", "app", "fr", "FR", "", "a1", "a1", 0, nil, "SEGMENT:vip MARKET LOCALE CHANNEL"},
		"a millisecond before a7 begins it is a6's":  {"2026-03-04T23:59:59.999Z", "web", "en", "DE", "", "a6", "a6", 1, nil, ""},
		"a reader without a market is in no list":    {"2026-03-10T12:00", "app", "fr", "", "", "a1", "a1", 0, nil, ""},
		"a reader without a device is in no list":    {"2026-03-10T12:00", "web", "de", "", "", "a3", "a3", 0, nil, ""},
		"before everything only what is always true": {"2025-01-01", "app", "fr", "DE", "", "a1", "a1", 34214400, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for selection, want := range map[content.SelectionOrder]string{
				content.SpecificityFirst: test.specificity, content.LanguageFirst: test.language, "": test.language,
			} {
				r := reader(test.channel, "", selection)
				r = r.With(func(s *targeting.Situation) {
					s.Locale = locale.MustParse(test.locale)
					s.Chain = locale.Chain(s.Locale, test.market, locale.Fallbacks{}, "en")
					s.At, s.Market, s.Device, s.Segments = *at(test.at), test.market, test.device, test.segments
				})
				if got := chosen(setA(), r); got != want {
					t.Errorf("%s: the winner is %q, want %q", selection, got, want)
				}
				vary := []string{}
				for _, one := range targeting.Consulted(setA(), r) {
					vary = append(vary, strings.TrimSuffix(string(one.Dimension)+":"+one.Name, ":"))
				}
				if test.vary != "" && strings.Join(vary, " ") != test.vary {
					t.Errorf("it looked at %v, want %s", vary, test.vary)
				}
				until, seconds := targeting.Until(setA(), r), 0
				if until != nil {
					seconds = int(math.Ceil(until.Sub(r.At()).Seconds()))
				}
				if selection == content.SpecificityFirst && seconds != test.seconds {
					t.Errorf("time alone changes it in %d s, want %d", seconds, test.seconds)
				}
			}
		})
	}
}

// everything is a reader with a value in each dimension.
func everything(selection content.SelectionOrder) *targeting.Context {
	r := reader("web", "de-AT de en", selection)
	r = r.With(func(s *targeting.Situation) {
		s.Market, s.Device, s.Moment, s.Medium, s.Publication, s.Format = "AT", "PHONE", "BUY", content.Text, "PAGE", "WEB"
	})
	return r
}

// dimensions insist on one dimension each, the weightiest first; the first condition of each holds for everything, the second does not.
var dimensions = []struct {
	name      string
	holds, is content.Condition
}{
	{"moment", content.Condition{Moments: []content.Moment{"USE", "BUY"}}, content.Condition{Moments: []content.Moment{"USE"}}},
	{"audience", content.Condition{Audiences: []string{"dealer", "public"}}, content.Condition{Audiences: []string{"dealer"}}},
	{"market", content.Condition{Markets: []string{"DK", "AT"}}, content.Condition{Markets: []string{"DK"}}},
	{"locale", content.Condition{}, content.Condition{}},
	{"channel", content.Condition{Channels: []string{"app", "web"}}, content.Condition{Channels: []string{"app"}}},
	{"publication", content.Condition{Publications: []content.PublicationKind{"FLYER", "PAGE"}}, content.Condition{Publications: []content.PublicationKind{"FLYER"}}},
	{"format", content.Condition{Formats: []content.Format{"PDF", "WEB"}}, content.Condition{Formats: []content.Format{"PDF"}}},
	{"medium", content.Condition{Mediums: []content.Medium{content.Video, content.Text}}, content.Condition{Mediums: []content.Medium{content.Video}}},
	{"device", content.Condition{Devices: []content.Device{"TV", "PHONE"}}, content.Condition{Devices: []content.Device{"TV"}}},
}

func TestEachDimensionHoldsOrNot(t *testing.T) {
	for _, dimension := range dimensions {
		if dimension.name == "locale" {
			continue
		}
		t.Run(dimension.name, func(t *testing.T) {
			holds := content.Variant{ID: "1", Title: "T", When: &dimension.holds}
			other := content.Variant{ID: "1", Title: "T", When: &dimension.is}
			if !targeting.Matches(&holds, everything("")) {
				t.Error("any of several values will do")
			}
			if targeting.Matches(&other, everything("")) {
				t.Error("another value will do")
			}
			nobody := targeting.NewContext(targeting.Situation{Channel: &content.Channel{}, Audience: &content.Audience{}, At: noon})
			if targeting.Matches(&holds, nobody) {
				t.Error("a reader without a value is in a list")
			}
		})
	}
}

func TestAWeightierDimensionBeatsAllLighterTogether(t *testing.T) {
	for i, dimension := range dimensions {
		t.Run(dimension.name, func(t *testing.T) {
			alone := content.Variant{ID: "z", Title: "T", When: &dimension.holds}
			lighter := content.Variant{ID: "a", Title: "T", When: &content.Condition{}}
			if dimension.name == "locale" {
				alone.Locale = "de-AT"
			}
			for _, other := range dimensions[i+1:] {
				add(lighter.When, other.holds)
				if other.name == "locale" {
					lighter.Locale = "de-AT"
				}
			}
			if got := chosen([]content.Variant{lighter, alone}, everything(content.SpecificityFirst)); got != "z" {
				t.Error("it does not, where specificity is first")
			}
			want := "z"
			if lighter.Locale != "" {
				want = "a" // it is in the reader's language, the other in none
			}
			if got := chosen([]content.Variant{lighter, alone}, everything(content.LanguageFirst)); got != want {
				t.Errorf("where language is first %q wins", got)
			}
		})
	}
}

func add(to *content.Condition, other content.Condition) {
	to.Channels = append(to.Channels, other.Channels...)
	to.Audiences = append(to.Audiences, other.Audiences...)
	to.Markets = append(to.Markets, other.Markets...)
	to.Devices = append(to.Devices, other.Devices...)
	to.Moments = append(to.Moments, other.Moments...)
	to.Mediums = append(to.Mediums, other.Mediums...)
	to.Publications = append(to.Publications, other.Publications...)
	to.Formats = append(to.Formats, other.Formats...)
}

func TestWhichOfTwoVariantsWins(t *testing.T) {
	web := &content.Condition{Channels: []string{"web"}}
	webAndMore := &content.Condition{Channels: []string{"web", "app", "print"}}
	for name, test := range map[string]struct {
		first, second         content.Variant
		language, specificity string
	}{
		"priority before all else": {
			content.Variant{ID: "1", Priority: 1}, content.Variant{ID: "2", Locale: "de-AT", When: web}, "1", "1",
		},
		"a negative priority behind none": {
			content.Variant{ID: "1", Priority: -1, Locale: "de-AT"}, content.Variant{ID: "2"}, "2", "2",
		},
		"the reader's language or the channel": {
			content.Variant{ID: "1", Locale: "de-AT"}, content.Variant{ID: "2", Locale: "en", When: web}, "1", "2",
		},
		"one locale before a later one": {
			content.Variant{ID: "1", Locale: "en"}, content.Variant{ID: "2", Locale: "de"}, "2", "2",
		},
		"no language comes behind the last of the chain": {
			content.Variant{ID: "1"}, content.Variant{ID: "2", Locale: "en"}, "2", "2",
		},
		"a channel in no language, or a language": {
			content.Variant{ID: "1", When: web}, content.Variant{ID: "2", Locale: "en"}, "2", "2", // locale weighs 32, channel 16
		},
		"how many values are named does not count": {
			content.Variant{ID: "1", When: webAndMore}, content.Variant{ID: "2", When: web}, "1", "1",
		},
		"the later beginning": {
			content.Variant{ID: "1", ValidFrom: at("2026-01-01")}, content.Variant{ID: "2", ValidFrom: at("2026-02-01")}, "2", "2",
		},
		"no beginning is the earliest": {
			content.Variant{ID: "1"}, content.Variant{ID: "2", ValidFrom: at("1970-01-01")}, "2", "2",
		},
		"the end decides nothing": {
			content.Variant{ID: "1", ValidUntil: at("2026-12-01")}, content.Variant{ID: "2", ValidUntil: at("2026-04-01")}, "1", "1",
		},
		"ids are compared bytewise: c10 before c2": {
			content.Variant{ID: "c2"}, content.Variant{ID: "c10"}, "c10", "c10",
		},
		"capitals before small letters": {
			content.Variant{ID: "a"}, content.Variant{ID: "B"}, "B", "B",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.first.Title, test.second.Title = "T", "T"
			for selection, want := range map[content.SelectionOrder]string{content.LanguageFirst: test.language, "": test.language, content.SpecificityFirst: test.specificity} {
				for _, variants := range [][]content.Variant{{test.first, test.second}, {test.second, test.first}} {
					if got := chosen(variants, everything(selection)); got != want {
						t.Errorf("%s: %q wins, want %q", selection, got, want)
					}
				}
			}
		})
	}
}

func TestWhatIsNoCandidate(t *testing.T) {
	for name, variant := range map[string]content.Variant{
		"a variant with nothing to show":      {ID: "1"},
		"one with white space alone":          {ID: "1", Title: " ", Body: "\n"},
		"one with a link alone":               {ID: "1", CallToAction: &content.CallToAction{Label: "Buy", URL: "/buy"}},
		"one in a language outside the chain": {ID: "1", Title: "T", Locale: "fr"},
		"one in a descendant of the chain's":  {ID: "1", Title: "T", Locale: "de-CH"},
		"W9 one that ends now":                {ID: "1", Title: "T", ValidUntil: &noon},
		"one that begins in a millisecond":    {ID: "1", Title: "T", ValidFrom: at("2026-03-10T12:00:00.001Z")},
		"W5 one whose window is reversed":     {ID: "1", Title: "T", ValidFrom: at("2026-04-01"), ValidUntil: at("2026-03-01")},
		"W5 one whose window has no length":   {ID: "1", Title: "T", ValidFrom: &noon, ValidUntil: &noon},
		"one of two conditions":               {ID: "1", Title: "T", When: &content.Condition{Channels: []string{"web"}, Markets: []string{"DK"}}},
		"T4 one for a market of no name":      {ID: "1", Title: "T", When: &content.Condition{Markets: []string{""}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := everything("")
			if got := chosen([]content.Variant{variant}, r); got != "" {
				t.Error("it was chosen")
			}
			r = r.With(func(s *targeting.Situation) { s.Market = "" })
			if got := chosen([]content.Variant{variant}, r); got != "" {
				t.Error("it was chosen for a reader without a market")
			}
		})
	}
	if got := targeting.Choose(nil, everything("")); got != nil {
		t.Errorf("of none %v was chosen", got)
	}
	now := content.Variant{ID: "1", Title: "T", ValidFrom: &noon, When: &content.Condition{}}
	if !targeting.Matches(&now, everything("")) {
		t.Error("W9: a window is open at its beginning, and an empty condition holds")
	}
}
