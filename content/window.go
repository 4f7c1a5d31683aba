package content

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"unisono/fault"
)

// Live says that a window is open at a moment. Windows are half-open: they begin with from and end before until; nil is
// no bound. A window whose end is not after its beginning is never open.
func Live(from, until *time.Time, at time.Time) bool {
	return (from == nil || !at.Before(*from)) && (until == nil || at.Before(*until))
}

func (c *checker) window(place fault.Place, begin, until string, from, end *time.Time) {
	c.time(place.Field(begin), from)
	c.time(place.Field(until), end)
	if from != nil && end != nil && !end.After(*from) {
		c.add(place.Field(until), "the window ends (%s) before it has begun (%s); its end is exclusive and must be later",
			end.Format(time.RFC3339), from.Format(time.RFC3339))
	}
}

// time checks that a time can be written as RFC 3339 in UTC, whatever its offset was.
func (c *checker) time(at fault.Place, when *time.Time) {
	if when != nil && (when.UTC().Year() < 1 || when.UTC().Year() > 9999) {
		c.add(at, "it is in the year %d in UTC; 1 to 9999 is expected", when.UTC().Year())
	}
}

// moment is a time as it is kept: in UTC, to the millisecond, which is what BSON holds.
func moment(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	kept := at.UTC().Truncate(time.Millisecond)
	return &kept
}

// urlSchemes are those that a link or a picture may have.
var urlSchemes = []string{"https", "http", "mailto", "tel"}

// CheckURL says what is wrong with a link: it must be absolute with one of the schemes https, http, mailto and tel, or a path on the
// gateway's own host that begins with one slash.
func CheckURL(text string) error {
	if text == "" {
		return errors.New("it is missing; a URL is expected")
	}
	parsed, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, " \t\r\n\\") {
		return fmt.Errorf("%.100q is no URL", text)
	}
	switch {
	case parsed.Scheme == "" && strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//"):
		return nil
	case !slices.Contains(urlSchemes, parsed.Scheme):
		return fmt.Errorf("%.100q has no scheme that is allowed (%s) and is no path beginning with /", text, strings.Join(urlSchemes, ", "))
	case (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host == "":
		return fmt.Errorf("%.100q names no host", text)
	default:
		return nil
	}
}
