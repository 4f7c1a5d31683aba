package ingest

import (
	"bufio"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Text gives what r holds as UTF-8 without a byte-order mark. UTF-16 is decoded: it is told by its mark, or by a zero byte
// beside the first letter, since the formats that are imported begin with a letter of ASCII. Everything else is handed through as it
// is, valid or not: only whoever splits it into rows can say where something is wrong.
func Text(r io.Reader) *bufio.Reader {
	buffered := bufio.NewReaderSize(r, 64<<10)
	start, _ := buffered.Peek(3) // an error comes again with the first read
	switch {
	case len(start) >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF:
		_, _ = buffered.Discard(3)
		return buffered
	case len(start) >= 2 && start[0] == 0xFF && start[1] == 0xFE:
		return decoded(buffered, unicode.LittleEndian)
	case len(start) >= 2 && start[0] == 0xFE && start[1] == 0xFF:
		return decoded(buffered, unicode.BigEndian)
	case len(start) >= 2 && start[0] != 0 && start[1] == 0:
		return decoded(buffered, unicode.LittleEndian)
	case len(start) >= 2 && start[0] == 0 && start[1] != 0:
		return decoded(buffered, unicode.BigEndian)
	default:
		return buffered
	}
}

func decoded(r io.Reader, order unicode.Endianness) *bufio.Reader {
	decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	return bufio.NewReaderSize(transform.NewReader(r, decoder), 64<<10)
}

// NotUTF8 gives the place, from 1, of the first byte that is not UTF-8, and that byte. The place is 0 where all is well.
func NotUTF8(text string) (place int, wrong byte) {
	if utf8.ValidString(text) {
		return 0, 0
	}
	for i := 0; i < len(text); {
		letter, size := utf8.DecodeRuneInString(text[i:])
		if letter == utf8.RuneError && size == 1 {
			return i + 1, text[i]
		}
		i += size
	}
	return 0, 0
}
