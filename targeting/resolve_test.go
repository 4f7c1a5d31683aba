package targeting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/targeting"
)

// definitions are three channels, one of them restricted, and three audiences, one of them restricted.
func definitions() *content.Definitions {
	d := content.NewDefinitions()
	for _, channel := range []content.Channel{
		{Key: "web", DefaultLocale: "en", Locales: tags("en da de de-AT"), Defaults: &content.Defaults{Market: "GB", Device: "DESKTOP"}},
		{Key: "app", DefaultLocale: "de", Locales: tags("de"), Fallbacks: []content.Fallback{{Locale: "fr", Market: "GB", Chain: tags("en-GB")}, {Locale: "fr", Chain: tags("es fr")}, {Locale: "es", Chain: tags("fr es")}}},
		{Key: "secret", DefaultLocale: "en", Restricted: true},
	} {
		d.Put(content.KindChannel, channel.Key, &channel)
	}
	for _, audience := range []content.Audience{{Key: "public"}, {Key: "technician"}, {Key: "dealer", Restricted: true}} {
		d.Put(content.KindAudience, audience.Key, &audience)
	}
	return d.Index()
}

func resolver(t *testing.T, d *content.Definitions, config targeting.Config) *targeting.Resolver {
	t.Helper()
	r, err := targeting.NewResolver(d, config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// house resolves with defaults for channel and audience.
func house(t *testing.T) *targeting.Resolver {
	return resolver(t, definitions(), targeting.Config{DefaultChannel: "web", DefaultAudience: "public"})
}

func placed(ask targeting.Ask, place string) targeting.Ask {
	ask.Place = func(argument string) string { return fmt.Sprintf(place, argument) }
	return ask
}

func settle(t *testing.T, r *targeting.Resolver, asked targeting.Asked) *targeting.Context {
	t.Helper()
	asked.Directive, asked.Extension, asked.Header = placed(asked.Directive, "@inContext(%s:)"), placed(asked.Extension, "extensions.context.%s"), placed(asked.Header, "header %s")
	c, err := r.Resolve(&asked, targeting.Grants{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func refusal(t *testing.T, r *targeting.Resolver, asked targeting.Asked, grants targeting.Grants) string {
	t.Helper()
	asked.Directive, asked.Extension, asked.Header = placed(asked.Directive, "@inContext(%s:)"), placed(asked.Extension, "extensions.context.%s"), placed(asked.Header, "header %s")
	c, err := r.Resolve(&asked, grants, noon)
	if err == nil {
		t.Fatalf("it was taken: %+v", c)
	}
	if fault.KindOf(err) != fault.BadUserInput {
		t.Errorf("the kind is %s", fault.KindOf(err))
	}
	return fault.Public(err)
}

// T8: how a context was attached makes no difference to what it is; only the order of the sources decides.
func TestEachDimensionComesFromTheFirstSourceThatSaysIt(t *testing.T) {
	earlier := noon.Add(-time.Hour)
	later := noon.Add(time.Hour)
	preview, without := true, false
	full := func(n int) targeting.Ask {
		pick := func(words ...string) string { return words[n] }
		return targeting.Ask{
			Channel: pick("web", "app", "web", "app"), Audience: pick("public", "technician", "public", "technician"), Locale: pick("da", "de", "fr", "es"),
			Market: pick("DK", "DE", "FR", "ES"), Device: content.Device(pick("PHONE", "TV", "WATCH", "KIOSK")), Moment: content.Moment(pick("BUY", "USE", "RENEW", "COMPARE")),
			Medium: content.Medium(pick("TEXT", "VIDEO", "AUDIO", "IMAGE")), Publication: content.PublicationKind(pick("PAGE", "FLYER", "LABEL", "CATALOG")), Format: content.Format(pick("WEB", "PDF", "APP", "PAPER")),
		}
	}
	said := func(c *targeting.Context) []string {
		return []string{c.Channel().Key, c.Audience().Key, c.Market(), string(c.Device()), string(c.Moment()), string(c.Medium()), string(c.Publication()), string(c.Format()), string(c.Locale())}
	}
	words := func(a targeting.Ask) []string {
		return []string{a.Channel, a.Audience, a.Market, string(a.Device), string(a.Moment), string(a.Medium), string(a.Publication), string(a.Format), a.Locale}
	}
	directive, extension, header, key := full(0), full(1), full(2), full(3)
	directive.At, extension.At, header.At = &earlier, &later, &later
	directive.Preview, extension.Preview = &without, &preview
	defaults := &content.Defaults{Channel: key.Channel, Audience: key.Audience, Locale: locale.Tag(key.Locale), Market: key.Market, Device: key.Device, Moment: key.Moment, Medium: key.Medium, Publication: key.Publication, Format: key.Format}
	for name, test := range map[string]struct {
		asked targeting.Asked
		want  targeting.Ask
		from  targeting.Source
	}{
		"the directive before all":           {targeting.Asked{Directive: directive, Extension: extension, Header: header, Key: defaults}, directive, targeting.FromDirective},
		"the extension before the headers":   {targeting.Asked{Extension: extension, Header: header, Key: defaults}, extension, targeting.FromExtension},
		"the headers before the key":         {targeting.Asked{Header: header, Key: defaults}, header, targeting.FromHeader},
		"the key before channel and gateway": {targeting.Asked{Key: defaults}, key, targeting.FromKey},
	} {
		t.Run(name, func(t *testing.T) {
			c := settle(t, house(t), test.asked)
			diff(t, "values", said(c), words(test.want))
			for _, origin := range c.Origins() {
				if origin.Source != test.from {
					t.Errorf("%s is from %s", origin.Dimension, origin.Source)
				}
			}
			wantAt := noon
			if test.want.At != nil {
				wantAt = *test.want.At
			}
			if !c.At().Equal(wantAt) || c.Preview() != (test.from == targeting.FromExtension) {
				t.Errorf("it is %s, preview %t", c.At(), c.Preview())
			}
		})
	}
}

func TestOriginsAreOfEachDimensionThatHasAValue(t *testing.T) {
	c := settle(t, house(t), targeting.Asked{Directive: targeting.Ask{Moment: "BUY", At: &noon}, Extension: targeting.Ask{Locale: "da"}, Header: targeting.Ask{Audience: "technician"}, Key: &content.Defaults{Device: "TV", Format: "PDF"}})
	diff(t, "origins", c.Origins(), []targeting.Origin{
		{Dimension: targeting.DimensionChannel, Source: targeting.FromConfiguration},
		{Dimension: targeting.DimensionAudience, Source: targeting.FromHeader},
		{Dimension: targeting.DimensionLocale, Source: targeting.FromExtension},
		{Dimension: targeting.DimensionMarket, Source: targeting.FromChannel},
		{Dimension: targeting.DimensionDevice, Source: targeting.FromKey},
		{Dimension: targeting.DimensionMoment, Source: targeting.FromDirective},
		{Dimension: targeting.DimensionFormat, Source: targeting.FromKey},
		{Dimension: targeting.DimensionTime, Source: targeting.FromDirective},
	})
	diff(t, "market and device", []string{c.Market(), string(c.Device())}, []string{"GB", "TV"})
}

func TestWhatSaysNothingEqualsLeavingItOut(t *testing.T) {
	nothing := settle(t, house(t), targeting.Asked{})
	empty := settle(t, house(t), targeting.Asked{Directive: targeting.Ask{Channel: "", Locale: "", Device: ""}, Header: targeting.Ask{Market: ""}, Key: &content.Defaults{}})
	diff(t, "context", empty.Situation(), nothing.Situation())
	diff(t, "its values", []string{nothing.Channel().Key, nothing.Audience().Key, string(nothing.Locale()), nothing.Market(), string(nothing.Device()), string(nothing.Moment())}, []string{"web", "public", "en", "GB", "DESKTOP", ""})
}

func TestWhichLocaleAndChain(t *testing.T) {
	for name, test := range map[string]struct {
		asked       targeting.Asked
		want, chain string
		from        targeting.Source
	}{
		"the channel's default":                         {targeting.Asked{}, "en", "en", targeting.FromChannel},
		"asked and not listed it is kept":               {targeting.Asked{Directive: targeting.Ask{Locale: "pt-AO"}}, "pt-AO", "pt-AO pt-PT pt en", targeting.FromDirective},
		"made canonical":                                {targeting.Asked{Header: targeting.Ask{Locale: "DE_at"}}, "de-AT", "de-AT de en", targeting.FromHeader},
		"negotiated against the channel's":              {targeting.Asked{AcceptLanguage: "fr, de-AT;q=0.9, da;q=0.8"}, "de-AT", "de-AT de en", targeting.FromHeader},
		"negotiation that fails is the default":         {targeting.Asked{AcceptLanguage: "fr"}, "en", "en", targeting.FromChannel},
		"a header that is nonsense is the default":      {targeting.Asked{AcceptLanguage: ";;;q=x"}, "en", "en", targeting.FromChannel},
		"negotiation before the key":                    {targeting.Asked{AcceptLanguage: "da", Key: &content.Defaults{Locale: "de"}}, "da", "da en", targeting.FromHeader},
		"the key where negotiation fails":               {targeting.Asked{AcceptLanguage: "fr", Key: &content.Defaults{Locale: "de"}}, "de", "de en", targeting.FromKey},
		"an explicit locale before negotiation":         {targeting.Asked{AcceptLanguage: "da", Extension: targeting.Ask{Locale: "de"}}, "de", "de en", targeting.FromExtension},
		"L6 another channel has another default":        {targeting.Asked{Directive: targeting.Ask{Channel: "app", Locale: "it"}}, "it", "it de", targeting.FromDirective},
		"the market chooses among lists":                {targeting.Asked{Directive: targeting.Ask{Channel: "app", Locale: "fr", Market: "GB"}}, "fr", "fr en-GB", targeting.FromDirective},
		"L17 lists that name each other are not walked": {targeting.Asked{Directive: targeting.Ask{Channel: "app", Locale: "fr"}}, "fr", "fr es", targeting.FromDirective},
	} {
		t.Run(name, func(t *testing.T) {
			c := settle(t, house(t), test.asked)
			diff(t, "locale", string(c.Locale()), test.want)
			diff(t, "chain", c.Chain(), tags(test.chain))
			for _, origin := range c.Origins() {
				if origin.Dimension == targeting.DimensionLocale && origin.Source != test.from {
					t.Errorf("it is from %s", origin.Source)
				}
			}
		})
	}
}

func TestWhatIsNotRightIsRefusedAndNamed(t *testing.T) {
	for name, test := range map[string]struct {
		asked targeting.Asked
		says  []string
	}{
		"an unknown channel":      {targeting.Asked{Directive: targeting.Ask{Channel: "webb"}}, []string{"@inContext(channel:): ", `"webb"`, "there are: app, web"}},
		"an unknown audience":     {targeting.Asked{Header: targeting.Ask{Audience: "x"}}, []string{"header audience: ", "there are: public, technician"}},
		"a malformed locale":      {targeting.Asked{Extension: targeting.Ask{Locale: "xx-yy-zz-1"}}, []string{"extensions.context.locale: ", "is no locale", "da-DK"}},
		"one in the key":          {targeting.Asked{Key: &content.Defaults{Locale: "xx-yy-zz-1"}}, []string{"the API key's default locale: "}},
		"a malformed market":      {targeting.Asked{Directive: targeting.Ask{Market: "dk"}}, []string{"@inContext(market:): ", "such as DK"}},
		"an unknown device":       {targeting.Asked{Header: targeting.Ask{Device: "ABACUS"}}, []string{"header device: ", "DESKTOP, TABLET"}},
		"an unknown moment":       {targeting.Asked{Header: targeting.Ask{Moment: "X"}}, []string{"header moment: ", "DISCOVER"}},
		"an unknown medium":       {targeting.Asked{Header: targeting.Ask{Medium: "X"}}, []string{"header medium: ", "HYPERTEXT"}},
		"an unknown publication":  {targeting.Asked{Header: targeting.Ask{Publication: "X"}}, []string{"header publication: ", "PAGE"}},
		"an unknown format":       {targeting.Asked{Header: targeting.Ask{Format: "X"}}, []string{"header format: ", "PDF"}},
		"the key's unknown":       {targeting.Asked{Key: &content.Defaults{Channel: "x"}}, []string{"the API key's default channel: "}},
		"a channel of a megabyte": {targeting.Asked{Directive: targeting.Ask{Channel: strings.Repeat("x", 1<<20)}}, []string{"@inContext(channel:): "}},
	} {
		t.Run(name, func(t *testing.T) {
			message := refusal(t, house(t), test.asked, targeting.Grants{})
			for _, says := range test.says {
				if !strings.Contains(message, says) {
					t.Errorf("%.300q does not say %q", message, says)
				}
			}
			if len(message) > 500 {
				t.Errorf("the message has %d bytes", len(message))
			}
		})
	}
}

func TestARestrictedOneLooksLikeOneThatIsNotThere(t *testing.T) {
	for name, test := range map[string]struct {
		ask     func(key string) targeting.Asked
		real    string
		granted targeting.Grants
	}{
		"a channel":   {func(key string) targeting.Asked { return targeting.Asked{Directive: targeting.Ask{Channel: key}} }, "secret", targeting.Grants{Channels: []string{"*", "secret"}, Audiences: []string{"*"}}},
		"an audience": {func(key string) targeting.Asked { return targeting.Asked{Header: targeting.Ask{Audience: key}} }, "dealer", targeting.Grants{Audiences: []string{"*", "dealer"}}},
	} {
		t.Run(name, func(t *testing.T) {
			made := strings.Repeat("x", len(test.real))
			restricted := refusal(t, house(t), test.ask(test.real), targeting.Grants{Channels: []string{"*", "other"}, Audiences: []string{"*", "other"}})
			unknown := refusal(t, house(t), test.ask(made), targeting.Grants{})
			if strings.ReplaceAll(restricted, test.real, made) != unknown || strings.Count(restricted, test.real) != 1 {
				t.Errorf("they differ:\n%s\n%s", restricted, unknown)
			}
			for _, grants := range []targeting.Grants{test.granted, {All: true}} {
				asked := test.ask(test.real)
				if _, err := house(t).Resolve(&asked, grants, noon); err != nil {
					t.Errorf("granted: %v", err)
				}
				if message := refusal(t, house(t), test.ask(made), grants); !strings.Contains(message, test.real) {
					t.Errorf("who may ask for it is not told of it: %s", message)
				}
			}
		})
	}
}
