package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"unisono/cache"
	"unisono/content"
	"unisono/server"
)

// cacheFlags say what may be kept, in memory and on the way to readers.
type cacheFlags struct {
	CacheSize byteSize `help:"How much memory may hold documents that were read, such as 512MiB; 0 keeps none." default:"256MiB" placeholder:"SIZE"`

	MaxAge    time.Duration `help:"For how long browsers and CDNs may keep an answer at the most; 0: not at all." default:"60s"`
	CDNKeysOn []string      `help:"Request headers by which a CDN in front tells requests apart, or with which it asks the gateway each time; answers that depend on no others are public." name:"cdn-keys-on" placeholder:"HEADER"`
	tagFlags
}

// tagFlags say how cache tags are made.
type tagFlags struct {
	CacheTagKey string `help:"The secret by which cache tags are made, at least 16 characters, the same at all gateways; better given as UNISONO_CACHE_TAG_KEY. Without it answers have no tags." placeholder:"SECRET"`
}

// minTagKey is how short the secret of tags may be: with a shorter one, who guesses it learns what answers show.
const minTagKey = 16

func (f *tagFlags) mistakes() error {
	if f.CacheTagKey != "" && len(f.CacheTagKey) < minTagKey {
		return fmt.Errorf("UNISONO_CACHE_TAG_KEY has %d characters; at least %d are expected", len(f.CacheTagKey), minTagKey)
	}
	return nil
}

func (f *cacheFlags) caching() server.Caching {
	caching := server.Caching{MaxAge: f.MaxAge, KeyedOn: f.CDNKeysOn, TagKey: f.CacheTagKey}
	if caching.MaxAge == 0 {
		caching.MaxAge = -1
	}
	return caching
}

func (f *cacheFlags) mistakes() error {
	err := f.tagFlags.mistakes()
	if f.CacheSize != 0 && f.CacheSize < cache.Smallest {
		err = errors.Join(err, fmt.Errorf("--cache-size: %d bytes are too few; %d (1MiB) or more are expected, or 0 for none", f.CacheSize, cache.Smallest))
	}
	if f.MaxAge != 0 && f.MaxAge < time.Second {
		err = errors.Join(err, fmt.Errorf("--max-age: %s is too short; one second or more is expected, such as 60s, or 0 for not at all", f.MaxAge))
	}
	headers := server.DependsOn()
	for _, name := range f.CDNKeysOn {
		if !slices.Contains(headers, http.CanonicalHeaderKey(name)) {
			err = errors.Join(err, fmt.Errorf("--cdn-keys-on: no answer depends on a header %.40q; those that one can depend on are %s", name, strings.Join(headers, ", ")))
		}
	}
	return err
}

type tagsCommand struct {
	tagFlags
	Changed []string `arg:"" help:"What has changed: product:SKU, fragment:KEY, or definition for anything else." placeholder:"KIND:KEY"`
}

// Run prints the tags, each once: of what has changed, and of the answers to whom it matters what there is of its kind.
func (c *tagsCommand) Run(io *streams) error {
	if err := c.mistakes(); err != nil {
		return usage(err)
	}
	if c.CacheTagKey == "" {
		return usage(errors.New("UNISONO_CACHE_TAG_KEY is not set; the secret with which the gateways run is expected"))
	}
	tags := []string{}
	for _, changed := range c.Changed {
		name, key, hasKey := strings.Cut(changed, ":")
		kind := content.Kind(name)
		isOther := kind == server.KindDefinition
		if !isOther && kind != content.KindProduct && kind != content.KindFragment || isOther == hasKey || hasKey && key == "" {
			return usage(fmt.Errorf("%.100q names nothing that has tags; product:SKU, fragment:KEY or definition is expected", changed))
		}
		tags = append(tags, server.TagOf(c.CacheTagKey, kind, ""))
		if !isOther {
			tags = append(tags, server.TagOf(c.CacheTagKey, kind, key))
		}
	}
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) {
		if _, err := fmt.Fprintln(io.out, tag); err != nil {
			return err
		}
	}
	return nil
}
