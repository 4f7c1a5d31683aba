package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
)

// newRegistry is the driver's own registry, taught content.Value.
func newRegistry() *bson.Registry {
	registry := bson.NewRegistry()
	of := reflect.TypeFor[content.Value]()
	registry.RegisterTypeEncoder(of, bson.ValueEncoderFunc(encodeValue))
	registry.RegisterTypeDecoder(of, bson.ValueDecoderFunc(decodeValue))
	return registry
}

// encode gives a document as BSON.
func encode(registry *bson.Registry, document any) (bson.Raw, error) {
	var out bytes.Buffer
	encoder := bson.NewEncoder(bson.NewDocumentWriter(&out))
	encoder.SetRegistry(registry)
	if err := encoder.Encode(document); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decode reads a document from BSON. This way takes half the time of the driver's Decoder.
func decode(registry *bson.Registry, raw bson.Raw, into any) error {
	return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: raw}.UnmarshalWithRegistry(registry, into)
}

func encodeValue(_ bson.EncodeContext, to bson.ValueWriter, of reflect.Value) error {
	value, ok := of.Interface().(content.Value)
	if !ok {
		return bson.ValueEncoderError{Name: "content.Value", Types: []reflect.Type{reflect.TypeFor[content.Value]()}, Received: of}
	}
	return writeAny(to, value.Any())
}

// writeAny writes what a content.Value holds. Objects are written by name, so that equal values are equal bytes.
func writeAny(to bson.ValueWriter, of any) error {
	switch of := of.(type) {
	case nil:
		return to.WriteNull()
	case string:
		return to.WriteString(of)
	case bool:
		return to.WriteBoolean(of)
	case float64:
		return to.WriteDouble(of)
	case []any:
		return writeList(to, of)
	case map[string]any:
		return writeObject(to, of)
	default:
		return fmt.Errorf("a value holds a %T, which it should not", of)
	}
}

func writeList(to bson.ValueWriter, of []any) error {
	list, err := to.WriteArray()
	if err != nil {
		return err
	}
	for _, one := range of {
		element, err := list.WriteArrayElement()
		if err != nil {
			return err
		}
		if err := writeAny(element, one); err != nil {
			return err
		}
	}
	return list.WriteArrayEnd()
}

func writeObject(to bson.ValueWriter, of map[string]any) error {
	object, err := to.WriteDocument()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		element, err := object.WriteDocumentElement(name)
		if err != nil {
			return err
		}
		if err := writeAny(element, of[name]); err != nil {
			return err
		}
	}
	return object.WriteDocumentEnd()
}

func decodeValue(_ bson.DecodeContext, from bson.ValueReader, into reflect.Value) error {
	of, err := readAny(from)
	if err != nil {
		return err
	}
	value, err := content.NewValue(of)
	if err != nil {
		return err
	}
	into.Set(reflect.ValueOf(value))
	return nil
}

// readAny reads what a content.Value can hold. Other programs write other types; those that have a plain meaning in
// JSON are taken for it, the rest is an error.
func readAny(from bson.ValueReader) (any, error) {
	switch from.Type() {
	case bson.TypeNull:
		return nil, from.ReadNull()
	case bson.TypeUndefined:
		return nil, from.ReadUndefined()
	case bson.TypeString:
		return from.ReadString()
	case bson.TypeSymbol:
		return from.ReadSymbol()
	case bson.TypeBoolean:
		return from.ReadBoolean()
	case bson.TypeDouble:
		return from.ReadDouble()
	case bson.TypeInt32:
		return from.ReadInt32()
	case bson.TypeInt64:
		return from.ReadInt64()
	case bson.TypeDecimal128:
		decimal, err := from.ReadDecimal128()
		return decimal.String(), err
	case bson.TypeDateTime:
		milliseconds, err := from.ReadDateTime()
		return time.UnixMilli(milliseconds).UTC().Format(time.RFC3339Nano), err
	case bson.TypeObjectID:
		id, err := from.ReadObjectID()
		return id.Hex(), err
	case bson.TypeArray:
		return readList(from)
	case bson.TypeEmbeddedDocument:
		return readObject(from)
	default:
		return nil, fmt.Errorf("a BSON %s is not a value that JSON can say", from.Type())
	}
}

func readList(from bson.ValueReader) (any, error) {
	list, err := from.ReadArray()
	if err != nil {
		return nil, err
	}
	all := []any{}
	for {
		element, err := list.ReadValue()
		if errors.Is(err, bson.ErrEOA) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		one, err := readAny(element)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

func readObject(from bson.ValueReader) (any, error) {
	object, err := from.ReadDocument()
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for {
		name, element, err := object.ReadElement()
		if errors.Is(err, bson.ErrEOD) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		one, err := readAny(element)
		if err != nil {
			return nil, err
		}
		all[name] = one
	}
}
