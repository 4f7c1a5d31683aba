package content

import (
	"cmp"
	"net/url"
	"path"
	"strings"
)

// mimeTypes are the media types that are guessed from the ending of a URL's path. The list is ours, so that every machine guesses alike.
var mimeTypes = map[string]string{
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".pdf": "application/pdf", ".html": "text/html", ".txt": "text/plain",
}

// unknownMimeType is what nothing is known of.
const unknownMimeType = "application/octet-stream"

// MimeTypeOf guesses a media type from the ending of a URL's path.
func MimeTypeOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return unknownMimeType
	}
	return cmp.Or(mimeTypes[strings.ToLower(path.Ext(parsed.Path))], unknownMimeType)
}

func settleMedia(media []Media) []Media {
	settled := make([]Media, len(media))
	for i, one := range media {
		if one.Medium == "" {
			one.Medium = mediumOf(cmp.Or(one.MimeType, MimeTypeOf(one.URL)))
		}
		settled[i] = one
	}
	return settled
}

// mediumOf guesses what an asset is from its media type; a picture where that says nothing.
func mediumOf(mimeType string) Medium {
	kind, _, _ := strings.Cut(mimeType, ";")
	switch class, _, _ := strings.Cut(kind, "/"); {
	case class == "video":
		return Video
	case class == "audio":
		return Audio
	case kind == "text/plain":
		return Text
	case class == "text", class == "application" && kind != unknownMimeType:
		return Hypertext
	default:
		return Image
	}
}
