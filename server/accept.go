package server

import (
	"mime"
	"strconv"
	"strings"
)

// acceptable chooses the media type of the answer by an Accept header, "" where none fits. A client that names none, or anything, gets
// application/json, which all understand.
func acceptable(header string) string {
	if strings.TrimSpace(header) == "" {
		return mediaJSON
	}
	best, weight := "", 0.0
	for _, part := range strings.Split(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch media {
		case mediaJSON, mediaGraphQL:
		case "*/*", "application/*":
			media = mediaJSON
		default:
			continue
		}
		q := 1.0
		if given, is := params["q"]; is {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		if q > weight {
			best, weight = media, q
		}
	}
	return best
}
