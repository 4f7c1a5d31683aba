package access

import (
	"regexp"
	"slices"
	"strings"

	"unisono/fault"
)

// anOrigin is how browsers name the site of a page: no path, and a name of another script in its ASCII form.
var anOrigin = regexp.MustCompile(`^(?i:(https?)://(?:[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?)$`)

// usualPorts are those that browsers leave out.
var usualPorts = map[string]string{"http": "80", "https": "443"}

// CheckOrigin says what is wrong with an entry of a client's Origins. The fault is BadUserInput.
func CheckOrigin(origin string) error {
	if origin == Open {
		return nil
	}
	parts := anOrigin.FindStringSubmatch(origin)
	if parts == nil {
		return fault.New(fault.BadUserInput, "%.200q is no origin: one such as https://shop.example or http://localhost:3000 is expected, without a path and without a slash at its end, or %s for every one", origin, Open)
	}
	if port := parts[3]; port != "" && port == usualPorts[strings.ToLower(parts[1])] {
		return fault.New(fault.BadUserInput, "%.200q would never be met: browsers leave out the port %s, so leave it out too", origin, port)
	}
	return nil
}

// Admits says whether pages of an origin may use the client. A client without Origins admits none; a page whose origin its browser keeps to
// itself, which is "null", is admitted only where every one is.
func (c *Client) Admits(origin string) bool {
	return slices.ContainsFunc(c.Origins, func(admitted string) bool {
		return admitted == Open || origin != "null" && strings.EqualFold(admitted, origin)
	})
}
