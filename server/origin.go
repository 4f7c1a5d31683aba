package server

import (
	"net/http"
	"net/url"
	"strings"

	"unisono/access"
	"unisono/fault"
)

// What a browser may send from a page of another origin, and what the page may read of the answer besides its body.
const (
	corsMethods = "GET, POST"
	corsHeaders = "Authorization, Content-Type, Accept, Accept-Language, X-Request-Id, " +
		"Unisono-Channel, Unisono-Audience, Unisono-Market, Unisono-Device, Unisono-Moment, Unisono-Echo, Unisono-Time"
	corsExposed = "X-Request-Id, Unisono-Time, Age"
	corsMaxAge  = "600" // seconds for which a browser keeps the answer to a preflight
)

var originAlone = []string{"Origin"}

// isAPI says whether pages of other origins may have business at a path.
func isAPI(path string) bool { return path == "/graphql" || strings.HasPrefix(path, "/content/") }

// crossOrigin answers preflights, and tells caches that answers differ by origin: all of them, for one that is refused or fails must not be
// kept for another origin either.
//
// A preflight carries no key, so nobody can know yet whose it is. It is answered for every origin: that allows nothing by itself, for the
// request that follows is refused where its client does not admit the page. There is no Allow-Credentials, for keys are not cookies.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		header, origin := w.Header(), r.Header.Get("Origin")
		if r.Method != http.MethodOptions || origin == "" || r.Header.Get("Access-Control-Request-Method") == "" {
			header["Vary"] = originAlone
			next.ServeHTTP(w, r)
			return
		}
		header.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Allow-Methods", corsMethods)
		header.Set("Access-Control-Allow-Headers", corsHeaders)
		header.Set("Access-Control-Max-Age", corsMaxAge)
		w.WriteHeader(http.StatusNoContent)
	})
}

// admitted refuses requests of pages that may not use their client, and lets browsers show the answer to those that may. Where a client names
// no origins the request is answered, and the browser withholds the answer from its page: programs that send an Origin are not affected.
func (s *Server) admitted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, origin := clientOf(r.Context()), r.Header.Get("Origin")
		switch {
		case origin == "" || len(client.Origins) == 0 || isOwn(origin, r.Host):
		case client.Admits(origin):
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Expose-Headers", corsExposed)
		default:
			err := notAdmitted(client, origin)
			s.refused(r.Context(), r.URL.Path, err)
			writeError(w, mediaJSON, http.StatusForbidden, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isOwn says whether a page comes from the gateway itself. The scheme is left aside: in front of the gateway there may be another that ends TLS.
func isOwn(origin, host string) bool {
	page, err := url.Parse(origin)
	return err == nil && page.Host != "" && strings.EqualFold(page.Host, host)
}

func notAdmitted(client *access.Client, origin string) error {
	if client.Anonymous {
		return fault.New(fault.Forbidden, "pages of %.200q may not ask without an API key", origin)
	}
	return fault.New(fault.Forbidden, "this API key may not be used by pages of %.200q", origin)
}
