package server

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// bodyHash names a body.
func bodyHash(body []byte) string {
	hash := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(hash[:16])
}

// etag is the strong entity tag of a body in one form: no two that differ in a byte, or in their type, have the same (RFC 9110 §8.8.3).
func etag(hash, media string, in coding) string {
	tag := `"` + hash
	if media == mediaGraphQL {
		tag += ".g"
	}
	if in != identity {
		tag += "-" + in.name()
	}
	return tag + `"`
}

// isKnown says that who asks has what an entity tag names already: If-None-Match, compared weakly, for what delivers answers may weaken tags (RFC 9110 §13.1.2).
func isKnown(header http.Header, tag string) bool {
	for _, line := range header["If-None-Match"] {
		for one := range strings.SplitSeq(line, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}
