package targeting

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
)

// Ask is what one source says of the context. What it leaves empty it does not say.
type Ask struct {
	Place func(argument string) string // names an argument for the caller: `@inContext(channel:)`, `header Unisono-Channel`

	Channel     string
	Audience    string
	Locale      string
	Market      string
	Device      content.Device
	Moment      content.Moment
	Medium      content.Medium
	Publication content.PublicationKind
	Format      content.Format
	At          *time.Time
	Preview     *bool
	Traits      map[string]any // what the caller says of the reader; rules may ask for it
}

// arguments lists what a context can be given, for messages.
const arguments = "channel, audience, locale, market, device, moment, medium, publication, format, traits, at, preview"

// maxTraits bounds what a caller may say of a reader, as JSON.
const maxTraits = 16 << 10

// texts gives the arguments that are words, by name.
func (a *Ask) texts() map[string]*string {
	return map[string]*string{
		"channel": &a.Channel, "audience": &a.Audience, "locale": &a.Locale, "market": &a.Market,
		"device": (*string)(&a.Device), "moment": (*string)(&a.Moment), "medium": (*string)(&a.Medium),
		"publication": (*string)(&a.Publication), "format": (*string)(&a.Format),
	}
}

// Read takes the arguments of a context that stand in a JSON object, over what the Ask says already. Null equals leaving out. The fault is of kind
// BadUserInput and names the argument.
func (a *Ask) Read(given map[string]any) error {
	texts := a.texts()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if given[name] == nil {
			continue
		}
		if into := texts[name]; into != nil {
			text, is := wordOf(given[name])
			if !is || text == "" {
				return bad(a, name, "a string that is not empty is expected")
			}
			*into = text
			continue
		}
		if err := a.readOther(name, given[name]); err != nil {
			return bad(a, fmt.Sprintf("%.40s", name), "%v", err)
		}
	}
	return nil
}

// readOther takes an argument that is no word.
func (a *Ask) readOther(name string, value any) error {
	switch name {
	case "at":
		text, _ := value.(string)
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("%.40q is no time; one with an offset is expected, such as 2026-03-01T08:00:00+01:00", text)
		}
		a.At = &at
	case "preview":
		preview, is := value.(bool)
		if !is {
			return errors.New("true or false is expected")
		}
		a.Preview = &preview
	case "traits":
		traits, err := readTraits(value)
		if err != nil {
			return err
		}
		a.Traits = traits
	default:
		return fmt.Errorf("there is no such part of a context; there are %s", arguments)
	}
	return nil
}

func readTraits(given any) (map[string]any, error) {
	if _, is := given.(map[string]any); !is {
		return nil, errors.New("an object is expected")
	}
	written, err := json.Marshal(given)
	if err != nil || len(written) > maxTraits {
		return nil, fmt.Errorf("it has %d bytes as JSON; at most %d are expected", len(written), maxTraits)
	}
	value, err := content.NewValue(given)
	if err != nil {
		return nil, err
	}
	traits, _ := value.Any().(map[string]any)
	return traits, nil
}

// wordOf gives a string, or a number as an ID may be written.
func wordOf(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case int64:
		return fmt.Sprint(value), true
	default:
		return "", false
	}
}

// Canonical writes what an Ask says as a JSON object, the same for all that say the same; "" where it says nothing. Preview is left out: it
// is the operation's alone.
func (a *Ask) Canonical() (string, error) {
	said := map[string]any{}
	for name, text := range a.texts() {
		if *text != "" {
			said[name] = *text
		}
	}
	if a.Locale != "" {
		tag, err := locale.Parse(a.Locale)
		if err != nil {
			return "", bad(a, "locale", "%s", fault.Public(err))
		}
		said["locale"] = tag
	}
	if a.At != nil {
		said["at"] = a.At.UTC().Format(time.RFC3339Nano)
	}
	if a.Traits != nil {
		said["traits"] = a.Traits
	}
	if len(said) == 0 {
		return "", nil
	}
	written, err := json.Marshal(said)
	return string(written), err
}
