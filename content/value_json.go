package content

import (
	"fmt"
	"math"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// String gives the value as JSON, for people.
func (v Value) String() string {
	written, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return err.Error() // never: there is nothing else in a value that JSON cannot say
	}
	return string(written)
}

// MarshalJSONTo writes the value as JSON, members in the order of their names.
func (v Value) MarshalJSONTo(enc *jsontext.Encoder) error {
	switch v.mark() {
	case 0:
		return enc.WriteToken(jsontext.Null)
	case markText:
		text, _ := v.Text()
		return enc.WriteToken(jsontext.String(text))
	case markNumber:
		number, _ := v.Number()
		return enc.WriteToken(jsontext.Float(number))
	case markTrue, markFalse:
		return enc.WriteToken(jsontext.Bool(v.mark() == markTrue))
	case markList:
		return v.marshalList(enc)
	default:
		return v.marshalObject(enc)
	}
}

func (v Value) marshalList(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for item := range v.Items() {
		if err := item.MarshalJSONTo(enc); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndArray)
}

func (v Value) marshalObject(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for name, member := range v.Members() {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := member.MarshalJSONTo(enc); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom reads any JSON value.
func (v *Value) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '[' && kind != '{' {
		read, err := readScalar(dec)
		if err == nil {
			*v = read
		}
		return err
	}
	b := ValueBuilder{}
	if err := b.read(dec); err != nil {
		return err
	}
	*v = b.Value()
	return nil
}

// read reads one JSON value with the checks of NewValue made on the digits as they were written.
func (b *ValueBuilder) read(dec *jsontext.Decoder) error {
	if err := b.tooDeep(); err != nil {
		return err
	}
	kind := dec.PeekKind()
	if kind != '[' && kind != '{' {
		return b.readInto(dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if kind == '[' {
		b.begin(markList)
	} else {
		b.begin(markObject)
	}
	for closing := kind + 2; dec.PeekKind() != closing; { // in ASCII the bracket that closes stands two behind the one that opens
		if kind == '{' {
			name, err := dec.ReadToken()
			if err != nil {
				return err
			}
			b.Name(name.String())
		}
		if err := b.read(dec); err != nil {
			return err
		}
	}
	b.End()
	_, err := dec.ReadToken()
	return err
}

// readInto puts what is neither a list nor an object into what was begun last.
func (b *ValueBuilder) readInto(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '0' {
		value, err := readScalar(dec)
		if err != nil {
			return err
		}
		return b.Add(value)
	}
	number, err := readNumber(dec)
	if err != nil {
		return err
	}
	return b.Number(number)
}

func readScalar(dec *jsontext.Decoder) (Value, error) {
	if dec.PeekKind() == '0' {
		number, err := readNumber(dec)
		if err != nil {
			return Value{}, err
		}
		return NumberValue(number)
	}
	token, err := dec.ReadToken()
	if err != nil {
		return Value{}, err
	}
	switch token.Kind() {
	case '"':
		return TextValue(token.String()), nil
	case 't', 'f':
		return BoolValue(token.Bool()), nil
	default:
		return Value{}, nil
	}
}

func readNumber(dec *jsontext.Decoder) (float64, error) {
	token, err := dec.ReadToken()
	if err != nil {
		return 0, err
	}
	number, err := token.Float()
	if whole := number == math.Trunc(number); err != nil || math.IsInf(number, 0) || whole && math.Abs(number) > maxExactInteger {
		return 0, fmt.Errorf("the number %.40s has too many digits to be kept exactly: send it as a string", token.String())
	}
	return number, nil
}
