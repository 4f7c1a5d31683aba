package content

import (
	"slices"
	"time"

	"unisono/fault"
	"unisono/locale"
)

// maxName bounds the name of a client, in bytes.
const maxName = 100

// Check says what is wrong with a client, but for its permissions and origins, which whoever enforces them judges.
func (c *Client) Check(definitions *Definitions) fault.Problems {
	check, at := &checker{definitions: definitions}, fault.Place{}
	if Blank(c.Name) {
		check.add(at.Field("name"), "it is missing; say who will use the key")
	}
	check.text(at.Field("name"), c.Name, maxName)
	check.askable(at.Field("channels"), c.Channels, check.channel)
	check.askable(at.Field("audiences"), c.Audiences, check.audience)
	check.askable(at.Field("markets"), c.Markets, check.market)
	check.count(at.Field("origins"), len(c.Origins), maxListItems)
	if c.Defaults != nil {
		check.clientDefaults(at.Field("defaults"), c)
	}
	return check.problems
}

// askable checks a list of what a client may ask for.
func (c *checker) askable(at fault.Place, list []string, one func(at fault.Place, key string)) {
	c.keys(at, list)
	for i, key := range list {
		if key != Every {
			one(at.Index(i), key)
		}
	}
}

// clientDefaults checks the defaults of a key, which must be among what it may ask for.
func (c *checker) clientDefaults(at fault.Place, client *Client) {
	defaults := *client.Defaults
	channel, audience := c.definitions.Channels[defaults.Channel], c.definitions.Audiences[defaults.Audience]
	c.channel(at.Field("channel"), defaults.Channel)
	for _, part := range []struct {
		field, value string
		list         []string
		restricted   bool
	}{
		{"channel", defaults.Channel, client.Channels, channel != nil && channel.Restricted},
		{"audience", defaults.Audience, client.Audiences, audience != nil && audience.Restricted},
		{"market", defaults.Market, client.Markets, false},
	} {
		if part.value != "" && !MayAsk(part.list, part.value, part.restricted) {
			c.add(at.Field(part.field), "the key may not ask for %.100q: name it among its %ss too", part.value, part.field)
		}
	}
	if defaults.Locale != "" {
		if _, err := locale.Parse(string(defaults.Locale)); err != nil {
			c.add(at.Field("locale"), "%s", fault.Public(err))
		}
	}
	defaults.Channel, defaults.Locale = "", ""
	c.defaults(at, &defaults)
}

// MayAsk says whether a client with this list of what it may ask for may ask for one thing, which is open to everybody or restricted.
func MayAsk(list []string, key string, restricted bool) bool {
	return slices.Contains(list, key) || !restricted && (len(list) == 0 || slices.Contains(list, Every))
}

// Forgettable says that a key has not been in force for a time.
func (c *Client) Forgettable(now time.Time, kept time.Duration) bool {
	ended := func(at *time.Time) bool { return at != nil && now.Sub(*at) >= kept }
	return ended(c.RevokedAt) || ended(c.ExpiresAt)
}
