package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"unisono/fault"
)

// persisted keeps the texts of operations for clients that send a hash in the place of a text: automatic persisted queries, as Apollo's clients speak them.
// A client tries with the hash alone, is told that it is not known, and sends both. Nothing depends on a text being kept but that second request. Nobody can
// put another text behind a hash, for a text is kept under the hash that it has.
type persisted struct {
	texts *recent[textHash, string]
}

// textHash is a SHA-256 over the bytes of an operation's text, as it was sent.
type textHash [sha256.Size]byte

// Ten thousand operations of a kilobyte nearly fill it. They take no more than their length: what is made of them is kept apart, and less of it.
const (
	persistedOperations = 10_000
	persistedBytes      = 8 << 20
)

// persistedQueryNotFound is the code by which clients know that they have to send the text too; older ones know it by the message.
const persistedQueryNotFound fault.Kind = "PERSISTED_QUERY_NOT_FOUND"

func newPersisted() persisted {
	return persisted{newRecent(persistedOperations, persistedBytes, func(_ textHash, text string) int { return len(text) })}
}

// complete gives a request that has a hash alone its text. For one that has both it gives the hash, under which the text may be kept once it is known to be an
// operation. The status is that of the error, if any.
func (p persisted) complete(params *graphql.RawParams) (*textHash, int, error) {
	hash, err := hashIn(params.Extensions)
	if err != nil {
		return nil, http.StatusBadRequest, err
	}
	if hash != nil && params.Query == "" {
		text, is := p.texts.get(*hash)
		if !is {
			// Clients of either media type take any other status for a failure, and do not send the text.
			return nil, http.StatusOK, fault.New(persistedQueryNotFound, "PersistedQueryNotFound")
		}
		params.Query = text
		return nil, http.StatusOK, nil
	}
	if hash != nil && sha256.Sum256([]byte(params.Query)) != *hash {
		return nil, http.StatusBadRequest, fault.New(fault.BadUserInput, "extensions.persistedQuery.sha256Hash: it is not the hash of query; a SHA-256 over its bytes in UTF-8, just as they are sent, is expected")
	}
	if strings.TrimSpace(params.Query) == "" {
		return nil, http.StatusBadRequest, fault.New(fault.BadUserInput, "query: it is missing; a GraphQL document is expected, or its hash in extensions.persistedQuery")
	}
	return hash, http.StatusOK, nil
}

// hashIn reads the hash that extensions name, nil where they name none. The fault is BadUserInput.
func hashIn(extensions map[string]any) (*textHash, error) {
	given := extensions["persistedQuery"]
	if given == nil {
		return nil, nil //nolint:nilnil // most requests name none
	}
	query, is := given.(map[string]any)
	if !is {
		return nil, fault.New(fault.BadUserInput, "extensions.persistedQuery: an object with version and sha256Hash is expected")
	}
	if version, _ := query["version"].(json.Number); version != "1" {
		return nil, fault.New(fault.BadUserInput, "extensions.persistedQuery.version: 1 is expected, as a number; there is no other")
	}
	text, _ := query["sha256Hash"].(string)
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != sha256.Size {
		return nil, fault.New(fault.BadUserInput, "extensions.persistedQuery.sha256Hash: a SHA-256 in %d hexadecimal digits is expected", 2*sha256.Size)
	}
	return (*textHash)(bytes), nil
}

// keep keeps the text of an operation under its hash.
func (p persisted) keep(hash textHash, text string) { p.texts.add(hash, text) }
