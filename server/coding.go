package server

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// coding is a content coding that an answer can be sent in (RFC 9110 §8.4.1).
type coding int

const (
	identity coding = iota
	inBrotli
	inZstandard
	inGzip
	codings
)

// name is how headers call it.
func (c coding) name() string { return [codings]string{"identity", "br", "zstd", "gzip"}[c] }

// What is small is not worth packing. What is large is packed at once; of what lies between, once it is asked for again.
const (
	worthPacking = 1 << 10
	packedAtOnce = 8 << 10
)

// codingFor gives the coding that an Accept-Encoding likes best; of those that it likes alike, the one that makes JSON smallest. Plain says that the answer may be sent as it is, too; where nothing
// that there is will do, it is sent so in any case.
func codingFor(header string) (best coding, plain bool) {
	switch header {
	case "":
		return identity, true
	case "gzip, deflate, br", "gzip, deflate, br, zstd": // what browsers send
		return inBrotli, true
	case "gzip":
		return inGzip, true
	}
	weights := weightsOf(header)
	best = identity
	for one := inBrotli; one < codings; one++ {
		if weights[one] > 0 && (best == identity && weights[one] >= weights[identity] || weights[one] > weights[best]) {
			best = one
		}
	}
	return best, best == identity || weights[identity] > 0
}

// unlisted is the weight of what may be sent though it is not named: the plain answer, where nothing else is.
const unlisted = 1e-6

func weightsOf(header string) (weights [codings]float64) {
	others, named := -1.0, [codings]bool{}
	for name, weight := range weighted(header) {
		switch name {
		case "*":
			others = weight
		case "x-gzip":
			weights[inGzip], named[inGzip] = weight, true
		default:
			for one := range codings {
				if name == one.name() {
					weights[one], named[one] = weight, true
				}
			}
		}
	}
	for one := range codings {
		switch {
		case named[one]:
		case others >= 0:
			weights[one] = others
		case one == identity:
			weights[one] = unlisted
		}
	}
	return weights
}

// packed is an answer in the codings that were made of it, and how often each was asked for.
type packed struct {
	as    [codings][]byte
	asked *[codings]atomic.Uint32 // the same for all copies of an answer
}

// isDue says that a body is to be packed now: it is large, or asked for again. Where what was made could not be kept it is due again, ever more rarely.
func (p *packed) isDue(body []byte, in coding) bool {
	if len(body) < worthPacking {
		return false
	}
	times := p.asked[in].Add(1)
	return len(body) >= packedAtOnce || times >= 2 && times&(times-1) == 0
}

// pack writes a body in a coding. The same body gives the same bytes each time, as long as the program is the same.
func pack(body []byte, in coding) []byte {
	switch in {
	case inBrotli:
		return packWith(&brotlis, body)
	case inGzip:
		return packWith(&gzips, body)
	case inZstandard:
		return zstandard().EncodeAll(body, make([]byte, 0, len(body)/4))
	default:
		return body
	}
}

// The levels are those above which JSON gets little smaller, and packing much slower.
const (
	brotliLevel = 5
	gzipLevel   = 6
)

var (
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterLevel(io.Discard, brotliLevel) }}
	gzips   = sync.Pool{New: func() any {
		writer, _ := gzip.NewWriterLevel(io.Discard, gzipLevel) // it fails for other levels alone
		return writer
	}}
	zstandard = sync.OnceValue(func() *zstd.Encoder {
		encoder, _ := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true)) // it fails for other options alone
		return encoder
	})
)

// packer is what gzip's and brotli's writers have in common.
type packer interface {
	io.WriteCloser
	Reset(to io.Writer)
}

func packWith(pool *sync.Pool, body []byte) []byte {
	writer, _ := pool.Get().(packer)
	defer pool.Put(writer)
	into := bytes.Buffer{}
	into.Grow(len(body) / 4)
	writer.Reset(&into)
	_, _ = writer.Write(body) // memory takes all
	_ = writer.Close()
	return bytes.Clone(into.Bytes()) // without the room that it grew for
}
