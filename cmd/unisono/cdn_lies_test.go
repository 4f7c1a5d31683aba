package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"unisono/content"
	"unisono/server"
)

// liesToCaches are what a gateway could say wrongly, the caches that it is told to, and as what it is found; "": as one thing or another.
var liesToCaches = []struct {
	name string
	tell func(http.Handler) http.Handler
	to   []cacheMode
	as   string
}{
	{"it does not vary", telling(func(h http.Header) { h.Del("Vary") }), []cacheMode{byTheBook, askingAll, ofAClient}, ""},
	{"it does not vary by language", varyingNotBy("Accept-Language"), []cacheMode{byTheBook, ofAClient}, otherAnswer},
	{"it does not vary by key", varyingNotBy("Authorization"), []cacheMode{ofAClient}, otherAnswer},
	{"it does not vary by market", varyingNotBy("Unisono-Market"), []cacheMode{byTheBook, ofAClient}, otherAnswer},
	{"it does not vary by device", varyingNotBy("Unisono-Device"), []cacheMode{byTheBook, ofAClient}, otherAnswer},
	{"it does not vary by media type", varyingNotBy("Accept"), []cacheMode{byTheBook, ofAClient}, otherAnswer},
	{"it does not vary by encoding", varyingNotBy("Accept-Encoding"), []cacheMode{ofAClient}, "encoded as the client does not take it"},
	{"what is private is public", telling(isPublic), []cacheMode{ignoring, notForKeys}, otherAnswer},
	{"it is told of a key that the cache has not", func(of http.Handler) http.Handler { return of }, []cacheMode{unset}, otherAnswer},
	{"it lives a minute more", living(time.Minute, 2*time.Minute), []cacheMode{byTheBook, ofAClient, ignoring}, ""},
	{"it lives a second more", living(time.Second, time.Minute), []cacheMode{byTheBook, ofAClient, ignoring}, "had only time passed"},
	{"it has no tags", telling(func(h http.Header) { h.Del("Cache-Tag") }), []cacheMode{byTheBook, ofAClient, ignoring}, "but what was purged"},
	{"no tag is of lists", telling(func(h http.Header) {
		tags := strings.Split(h.Get("Cache-Tag"), ",")
		h.Set("Cache-Tag", strings.Join(slices.DeleteFunc(tags, func(tag string) bool {
			return tag == server.TagOf(keyOfTags, content.KindProduct, "") || tag == server.TagOf(keyOfTags, content.KindFragment, "")
		}), ","))
	}), []cacheMode{byTheBook, ofAClient, ignoring}, "but what was purged"},
	{"all forms have one entity tag", telling(func(h http.Header) {
		tag, _, _ := strings.Cut(strings.Trim(h.Get("ETag"), `"`), ".g")
		for _, in := range []string{"-br", "-gzip", "-zstd"} {
			tag = strings.TrimSuffix(tag, in)
		}
		if tag != "" {
			h.Set("ETag", `"`+tag+`"`)
		}
	}), []cacheMode{byTheBook, askingAll, ofAClient}, ""},
	{"all have one entity tag", oneEntityTag, []cacheMode{byTheBook, ofAClient}, ""},
}

const otherAnswer = "The right answer"

var maxAge = regexp.MustCompile(`max-age=\d+`)

func isPublic(h http.Header) {
	h.Set("Cache-Control", strings.Replace(h.Get("Cache-Control"), "private", "public", 1))
}

// telling changes what answers say.
func telling(change func(http.Header)) func(http.Handler) http.Handler {
	return func(of http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			written := httptest.NewRecorder()
			of.ServeHTTP(written, r)
			for name, values := range written.Header() {
				w.Header()[name] = values
			}
			change(w.Header())
			w.WriteHeader(written.Code)
			_, _ = w.Write(written.Body.Bytes())
		})
	}
}

// varyingNotBy leaves a header out of Vary.
func varyingNotBy(name string) func(http.Handler) http.Handler {
	return telling(func(h http.Header) {
		names := strings.Split(h.Get("Vary"), ", ")
		h.Set("Vary", strings.Join(slices.DeleteFunc(names, func(one string) bool { return one == name }), ", "))
	})
}

// living adds to the life of answers, up to a bound.
func living(more, most time.Duration) func(http.Handler) http.Handler {
	return telling(func(h http.Header) {
		h.Set("Cache-Control", maxAge.ReplaceAllStringFunc(h.Get("Cache-Control"), func(found string) string {
			seconds, _ := strconv.Atoi(strings.TrimPrefix(found, "max-age="))
			return "max-age=" + strconv.Itoa(int(min(most, time.Duration(seconds)*time.Second+more)/time.Second))
		}))
	})
}

// oneEntityTag gives all answers the same.
func oneEntityTag(of http.Handler) http.Handler {
	const tag = `"the same"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.Clone(r.Context())
		asked.Header.Del("If-None-Match")
		status := 0
		telling(func(h http.Header) {
			if h.Get("ETag") != "" {
				h.Set("ETag", tag)
				if strings.Contains(r.Header.Get("If-None-Match"), tag) {
					status = http.StatusNotModified
				}
			}
		})(of).ServeHTTP(&withoutBody{w, &status}, asked)
	})
}

// withoutBody writes no body where the status is to be 304.
type withoutBody struct {
	http.ResponseWriter
	status *int
}

func (s *withoutBody) WriteHeader(status int) {
	if *s.status != 0 {
		status = *s.status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *withoutBody) Write(text []byte) (int, error) {
	if *s.status != 0 {
		return len(text), nil
	}
	return s.ResponseWriter.Write(text)
}
