package server

import (
	"net/http"
	"strconv"
	"strings"
)

// deliver sends an answer that has no errors, with what those may know of it who keep it on its way.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, media string, of *served) {
	header := w.Header()
	body, in := s.packedFor(of, strings.Join(r.Header["Accept-Encoding"], ","))
	header["Content-Type"] = contentTypes[media]
	header["X-Content-Type-Options"] = noSniff
	if in != identity {
		header["Content-Encoding"] = contentCodings[in]
	}
	if mayBeKept := s.tell(header, of.notice, of.until); mayBeKept && isRead(r.Method) {
		tag := etag(bodyHash(of.answer.body), media, in)
		header["Etag"] = []string{tag}
		if of.answer.tags != "" {
			header["Cache-Tag"] = []string{of.answer.tags}
		}
		if isKnown(r.Header, tag) {
			header.Del("Content-Type")
			header.Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}

// packedFor gives the body in the coding that is liked best, or as it is where that is not due yet.
func (s *Server) packedFor(of *served, accepted string) ([]byte, coding) {
	a := of.answer
	in, plain := codingFor(accepted)
	switch {
	case in == identity:
		return a.body, identity
	case a.packed.as[in] != nil:
		return a.packed.as[in], in
	case !a.packed.isDue(a.body, in) && plain:
		return a.body, identity
	}
	made := pack(a.body, in)
	if of.key != "" {
		next := *a
		next.packed.as[in] = made
		s.answers.Replace(of.key, func(is *answer) bool { return is == a }, &next)
	}
	return made, in
}

var (
	contentTypes = map[string][]string{
		mediaJSON: {mediaJSON + "; charset=utf-8"}, mediaGraphQL: {mediaGraphQL + "; charset=utf-8"},
	}
	noSniff        = []string{"nosniff"}
	contentCodings = [codings][]string{inBrotli: {inBrotli.name()}, inZstandard: {inZstandard.name()}, inGzip: {inGzip.name()}}
)
