package targeting_test

import (
	"strings"
	"testing"

	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

func TestWhereNoDefaultIsNeeded(t *testing.T) {
	one := content.NewDefinitions()
	one.Put(content.KindChannel, "only", &content.Channel{Key: "only", DefaultLocale: "da"})
	one.Put(content.KindChannel, "secret", &content.Channel{Key: "secret", DefaultLocale: "en", Restricted: true})
	c := settle(t, resolver(t, one.Index(), targeting.Config{}), targeting.Asked{})
	if c.Channel().Key != "only" || c.Locale() != "da" || c.Origins()[0].Source != targeting.FromConfiguration {
		t.Errorf("the only channel that is open is not taken: %+v", c)
	}
	if c.Audience() != targeting.Public {
		t.Errorf("where no audience is defined everybody is not public but %+v", c.Audience())
	}
	if message := refusal(t, resolver(t, one, targeting.Config{}), targeting.Asked{Directive: targeting.Ask{Audience: "dealer"}}, targeting.Grants{}); !strings.Contains(message, "there are: public") {
		t.Error(message)
	}
	if message := refusal(t, resolver(t, one, targeting.Config{}), targeting.Asked{}, targeting.Grants{All: true}); !strings.Contains(message, "only, secret") {
		t.Errorf("of two one is taken: %s", message)
	}
	one.Put(content.KindAudience, "all", &content.Audience{Key: "all"})
	one.Put(content.KindAudience, "dealer", &content.Audience{Key: "dealer", Restricted: true})
	for _, grants := range []targeting.Grants{{}, {Audiences: []string{"*", "dealer"}}} {
		if c, err := resolver(t, one, targeting.Config{}).Resolve(&targeting.Asked{}, grants, noon); err != nil || c.Audience().Key != "all" {
			t.Errorf("the only audience that is not restricted is not taken: %v", err)
		}
	}
}

func TestWithoutADefaultTheRequestMustSay(t *testing.T) {
	r := resolver(t, definitions(), targeting.Config{})
	if message := refusal(t, r, targeting.Asked{}, targeting.Grants{}); !strings.Contains(message, "one of: app, web") || !strings.Contains(message, "Unisono-Channel") {
		t.Error(message)
	}
	if message := refusal(t, r, targeting.Asked{Directive: targeting.Ask{Channel: "web"}}, targeting.Grants{}); !strings.Contains(message, "one of: public, technician") || !strings.Contains(message, "Unisono-Audience") {
		t.Error(message)
	}
}

func TestADefaultThatIsNotThereIsSaidToBeTheConfigurations(t *testing.T) {
	r := resolver(t, definitions(), targeting.Config{DefaultChannel: "gone"})
	if message := refusal(t, r, targeting.Asked{}, targeting.Grants{}); !strings.Contains(message, "the configured default channel") {
		t.Error(message)
	}
	r = resolver(t, definitions(), targeting.Config{DefaultChannel: "web", DefaultAudience: "dealer"})
	if message := refusal(t, r, targeting.Asked{}, targeting.Grants{}); !strings.Contains(message, "the configured default audience") {
		t.Error(message)
	}
}

func TestChannelsAndAudiencesThatACallerMayAskFor(t *testing.T) {
	r := house(t)
	for name, test := range map[string]struct {
		grants              targeting.Grants
		channels, audiences string
	}{
		"anybody":               {targeting.Grants{}, "app web", "public technician"},
		"with all that is open": {targeting.Grants{Channels: []string{"*"}, Audiences: []string{"*"}}, "app web", "public technician"},
		"with grants on top":    {targeting.Grants{Channels: []string{"*", "secret"}, Audiences: []string{"dealer", "*"}}, "app secret web", "dealer public technician"},
		"with grants alone":     {targeting.Grants{Channels: []string{"secret", "app"}, Audiences: []string{"dealer"}}, "app secret", "dealer"},
		"with nothing that is":  {targeting.Grants{Channels: []string{"dealer"}, Audiences: []string{"secret"}}, "", ""},
		"with all":              {targeting.Grants{All: true}, "app secret web", "dealer public technician"},
	} {
		t.Run(name, func(t *testing.T) {
			channels, audiences := []string{}, []string{}
			for _, channel := range r.Channels(test.grants) {
				channels = append(channels, channel.Key)
			}
			for _, audience := range r.Audiences(test.grants) {
				audiences = append(audiences, audience.Key)
			}
			diff(t, "channels", strings.Join(channels, " "), test.channels)
			diff(t, "audiences", strings.Join(audiences, " "), test.audiences)
		})
	}
}

func TestAChannelThatIsNotRightIsLeftOutAlone(t *testing.T) {
	d := definitions()
	d.Put(content.KindChannel, "broken", &content.Channel{Key: "broken", DefaultLocale: "en", Fallbacks: []content.Fallback{{Locale: "xx-yy-zz-1"}}})
	r, err := targeting.NewResolver(d, targeting.Config{DefaultChannel: "web", DefaultAudience: "public"})
	if err == nil || !strings.Contains(err.Error(), "channel.broken.fallbacks") {
		t.Errorf("the error is %v", err)
	}
	if settle(t, r, targeting.Asked{}).Channel().Key != "web" {
		t.Error("the others are not there")
	}
	if message := refusal(t, r, targeting.Asked{Directive: targeting.Ask{Channel: "broken"}}, targeting.Grants{All: true}); strings.Count(message, "broken") != 1 {
		t.Errorf("it is listed: %s", message)
	}
}

// Whatever a channel's definition may hold, the channel can be asked for once it is written.
func TestAChannelThatIsRightByItsCheckCanBeAskedFor(t *testing.T) {
	for name, raw := range map[string]string{
		"a fallback to an empty locale":  `{"key": "c", "platform": "APP", "defaultLocale": "da", "fallbacks": [{"locale": "da", "chain": [""]}]}`,
		"a list with an empty locale":    `{"key": "c", "platform": "APP", "defaultLocale": "da", "locales": ["", "de"]}`,
		"two spellings of a locale":      `{"key": "c", "platform": "APP", "defaultLocale": "da", "fallbacks": [{"locale": "iw", "chain": ["en"]}, {"locale": "he-IL", "chain": []}]}`,
		"lists that name each other L17": `{"key": "c", "platform": "APP", "defaultLocale": "da", "fallbacks": [{"locale": "da", "chain": ["de"]}, {"locale": "de", "chain": ["da"]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			change, err := content.ReadChange(content.KindChannel, []byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			document, problems := change.Next(nil, content.NewDefinitions(), noon)
			if len(problems) > 0 {
				return
			}
			d := content.NewDefinitions()
			d.Put(content.KindChannel, "c", document)
			if _, err := targeting.NewResolver(d.Index(), targeting.Config{}); err != nil {
				t.Errorf("it was taken, and is left out now: %v", err)
			}
		})
	}
}

func TestWithoutAnyChannelWritesAreAnsweredStill(t *testing.T) {
	r := resolver(t, content.NewDefinitions(), targeting.Config{DefaultLocale: "da"})
	c := r.WithoutChannel(noon)
	if !r.Empty() || house(t).Empty() || c.Locale() != "da" || len(c.Chain()) != 1 || c.Audience() != targeting.Public || !c.At().Equal(noon) {
		t.Errorf("the context is %+v", c)
	}
	if c := resolver(t, content.NewDefinitions(), targeting.Config{}).WithoutChannel(noon); c.Locale() != "en" {
		t.Errorf("the locale is %q", c.Locale())
	}
	_, err := r.Resolve(&targeting.Asked{}, targeting.Grants{}, noon)
	if fault.KindOf(err) != fault.BadUserInput {
		t.Errorf("a request gives %v", err)
	}
	if !targeting.There(content.Lineage{{State: content.Published}}, c) || targeting.There(content.Lineage{{State: content.Published, Channels: []string{"web"}}}, c) {
		t.Error("it does not show what is not scoped, and nothing else")
	}
}

func TestWhatACallerIsLimitedToSaysWhatHoldsWhereNothingIsSaid(t *testing.T) {
	r := house(t)
	for name, test := range map[string]struct {
		grants            targeting.Grants
		channel, audience string
	}{
		"nothing limits them":         {targeting.Grants{}, "web", "public"},
		"all that is open, and more":  {targeting.Grants{Channels: []string{"*", "secret"}, Audiences: []string{"*", "dealer"}}, "web", "public"},
		"the defaults are among them": {targeting.Grants{Channels: []string{"secret", "web"}, Audiences: []string{"dealer", "public"}}, "web", "public"},
		"the only ones":               {targeting.Grants{Channels: []string{"secret"}, Audiences: []string{"dealer"}}, "secret", "dealer"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := r.Resolve(&targeting.Asked{}, test.grants, noon)
			if err != nil || c.Channel().Key != test.channel || c.Audience().Key != test.audience {
				t.Errorf("it is %+v, %v", c, err)
			}
		})
	}
	for name, test := range map[string]struct {
		grants targeting.Grants
		says   string
	}{
		"several channels": {targeting.Grants{Channels: []string{"secret", "app"}}, "no channel was named: give @inContext(channel:), the header Unisono-Channel or extensions.context.channel one of: app, secret"},
		"none that is":     {targeting.Grants{Audiences: []string{"gone"}}, "no audience was named"},
	} {
		t.Run(name, func(t *testing.T) {
			if message := refusal(t, r, targeting.Asked{}, test.grants); !strings.Contains(message, test.says) {
				t.Error(message)
			}
		})
	}
}

func TestMarketsThatACallerMayAskFor(t *testing.T) {
	r := house(t)
	asked := targeting.Asked{Directive: targeting.Ask{Market: "DE"}}
	for _, open := range [][]string{nil, {"*"}, {"DK", "DE"}, {"DK", "*"}} {
		if c, err := r.Resolve(&asked, targeting.Grants{Markets: open}, noon); err != nil || c.Market() != "DE" {
			t.Errorf("%v: %v", open, err)
		}
	}
	grants := targeting.Grants{Markets: []string{"DK", "SE"}}
	if message := refusal(t, r, asked, grants); !strings.Contains(message, "market") || !strings.Contains(message, "there are: DK, SE") {
		t.Error(message)
	}
	if c, err := r.Resolve(&targeting.Asked{}, grants, noon); err != nil || c.Market() != "" {
		t.Errorf("who asks for no market gets %+v, %v", c, err)
	}
	if _, err := r.Resolve(&asked, targeting.Grants{Markets: []string{"DK"}, All: true}, noon); err != nil {
		t.Error(err)
	}
}

// Whether there are audiences that a caller may not ask for changes nothing for them.
func TestRestrictedAudiencesAloneLeaveEverybodyPublic(t *testing.T) {
	d := content.NewDefinitions()
	d.Put(content.KindChannel, "web", &content.Channel{Key: "web", DefaultLocale: "en"})
	without := settle(t, resolver(t, d.Index(), targeting.Config{DefaultAudience: "consumer"}), targeting.Asked{})
	d.Put(content.KindAudience, "dealer", &content.Audience{Key: "dealer", Restricted: true})
	with := settle(t, resolver(t, d.Index(), targeting.Config{DefaultAudience: "consumer"}), targeting.Asked{})
	if without.Audience() != targeting.Public || with.Audience() != targeting.Public {
		t.Errorf("%+v, %+v", without.Audience(), with.Audience())
	}
}
