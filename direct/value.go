package direct

import (
	"io"
	"strconv"
)

// Null writes null. It is true.
func (w *Writer) Null() bool {
	w.bytes = append(w.bytes, "null"...)
	return true
}

// Bool writes a boolean. It is true.
func (w *Writer) Bool(value bool) bool {
	w.bytes = strconv.AppendBool(w.bytes, value)
	return true
}

// BoolOrNull writes a boolean, or null. It is true.
func (w *Writer) BoolOrNull(value *bool) bool {
	if value == nil {
		return w.Null()
	}
	return w.Bool(*value)
}

// Int writes a whole number. It is true.
func (w *Writer) Int(value int) bool {
	w.bytes = strconv.AppendInt(w.bytes, int64(value), 10)
	return true
}

// IntOrNull writes a whole number, or null. It is true.
func (w *Writer) IntOrNull(value *int) bool {
	if value == nil {
		return w.Null()
	}
	return w.Int(*value)
}

// Text writes a text as gqlgen does, byte for byte: nothing is escaped but what must be. It is true.
func (w *Writer) Text(text string) bool {
	to, start := append(w.bytes, '"'), 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to, start = append(to, text[start:i]...), i+1
		switch c {
		case '\t':
			to = append(to, `\t`...)
		case '\r':
			to = append(to, `\r`...)
		case '\n':
			to = append(to, `\n`...)
		case '\\', '"':
			to = append(to, '\\', c)
		default:
			to = append(to, `\u00`...)
			to = append(to, hex[c>>4], hex[c&0xf])
		}
	}
	w.bytes = append(append(to, text[start:]...), '"')
	return true
}

const hex = "0123456789ABCDEF"

// TextOrNull writes a text, or null. It is true.
func TextOrNull[T ~string](w *Writer, text *T) bool {
	if text == nil {
		return w.Null()
	}
	return w.Text(string(*text))
}

// Texts writes a list of texts. Where it may be null, one that is nil is. It is true.
func Texts[T ~string](w *Writer, texts []T, mayBeNull bool) bool {
	if texts == nil && mayBeNull {
		return w.Null()
	}
	w.bytes = append(w.bytes, '[')
	for i, text := range texts {
		if i > 0 {
			w.bytes = append(w.bytes, ',')
		}
		w.Text(string(text))
	}
	return w.close(0, true, ']')
}

// Nulls says where a list may have null: in its own place, in that of an item.
type Nulls struct{ List, Item bool }

// List writes a list, each item by write, which says whether what it left may be there.
func List[T any](w *Writer, items []T, nulls Nulls, write func(w *Writer, item T) bool) bool {
	if items == nil && nulls.List {
		return w.Null()
	}
	w.bytes = append(w.bytes, '[')
	start, isWhole := len(w.bytes)-1, true
	for i := range items {
		isWhole = item(w, i, items[i], nulls, write) && isWhole
	}
	return w.close(start, isWhole, ']') || nulls.List && w.Null()
}

func item[T any](w *Writer, index int, item T, nulls Nulls, write func(w *Writer, item T) bool) (is bool) {
	m := w.enterItem(index)
	defer w.leaveItem(m, !nulls.Item, &is)
	return write(w, item)
}

// Write takes bytes that are written already. It is an [io.Writer] for gqlgen's own code.
func (w *Writer) Write(bytes []byte) (int, error) {
	w.bytes = append(w.bytes, bytes...)
	return len(bytes), nil
}

// WriteString is Write for texts.
func (w *Writer) WriteString(text string) (int, error) {
	w.bytes = append(w.bytes, text...)
	return len(text), nil
}

var _ io.StringWriter = (*Writer)(nil)
