package cache

import (
	"reflect"
	"slices"
	"sync"
	"time"
)

// Size is how many bytes of memory something takes that is kept: itself, all that it leads to, and what the cache needs to find it. It is reckoned as Go's allocator and
// maps take memory; what stands in it twice is counted twice.
func Size(kept *entry) int64 { return perItem + sizeOf(reflect.ValueOf(kept)) }

// SizeOf is how many bytes of memory a value leads to, reckoned so too, for those who keep it elsewhere.
func SizeOf[V any](value V) int64 { return sizeOf(reflect.ValueOf(&value).Elem()) }

// perItem is what ristretto keeps for each item, in two maps: 56 bytes of an item and its key, 16 of its cost, and the room that maps leave free.
const perItem = 130

// sizeOf is the memory that a value leads to, without its own bytes, which are where it stands.
func sizeOf(v reflect.Value) int64 {
	if !leads(v.Type()) {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		return allocated(int64(v.Len()))
	case reflect.Pointer:
		if v.IsNil() {
			return 0
		}
		return allocated(int64(v.Type().Elem().Size())) + sizeOf(v.Elem())
	case reflect.Interface:
		return sizeOfBoxed(v)
	case reflect.Slice:
		return allocated(int64(v.Cap())*int64(v.Type().Elem().Size())) + sizeOfItems(v)
	case reflect.Array:
		return sizeOfItems(v)
	case reflect.Map:
		return sizeOfMap(v)
	case reflect.Struct:
		total := int64(0)
		for i := range v.NumField() {
			total += sizeOf(v.Field(i))
		}
		return total
	default: // channels and functions lead to what is not the value's own
		return 0
	}
}

// sizeOfBoxed is what an interface leads to. One byte and pointers take no box.
func sizeOfBoxed(v reflect.Value) int64 {
	if v.IsNil() {
		return 0
	}
	held := v.Elem()
	if size := int64(held.Type().Size()); size > 1 && held.Kind() != reflect.Pointer && held.Kind() != reflect.Map {
		return allocated(size) + sizeOf(held)
	}
	return sizeOf(held)
}

func sizeOfItems(v reflect.Value) int64 {
	total := int64(0)
	if leads(v.Type().Elem()) {
		for i := range v.Len() {
			total += sizeOf(v.Index(i))
		}
	}
	return total
}

// A map is a header, and groups of eight places with eight bytes that say which are taken; of several groups seven eighths are filled at the most, and they double.
const (
	mapHeader = 48
	groupSize = 8
)

func sizeOfMap(v reflect.Value) int64 {
	if v.IsNil() {
		return 0
	}
	groups := int64(1)
	for int64(v.Len()) > groups*groupSize*7/8 && v.Len() > groupSize {
		groups *= 2
	}
	slot := int64(v.Type().Key().Size() + v.Type().Elem().Size())
	total := allocated(mapHeader) + allocated(groups*groupSize*(1+slot))
	for iterator := v.MapRange(); iterator.Next(); {
		total += sizeOf(iterator.Key()) + sizeOf(iterator.Value())
	}
	return total
}

var leading sync.Map // of reflect.Type to bool

// leads says that values of a type can lead to other memory of their own.
func leads(t reflect.Type) bool {
	if known, is := leading.Load(t); is {
		return known.(bool)
	}
	found := false
	switch t.Kind() {
	case reflect.String, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		found = true
	case reflect.Array:
		found = leads(t.Elem())
	case reflect.Struct:
		if t != reflect.TypeFor[time.Time]() { // which leads to a time zone that all share
			for i := range t.NumField() {
				found = found || leads(t.Field(i).Type)
			}
		}
	}
	leading.Store(t, found)
	return found
}

const (
	largestClass = 32 << 10 // bytes, above which memory comes in pages
	pageSize     = 8 << 10
)

// classes are the sizes in which Go gives out memory, found by asking for it.
var classes = sync.OnceValue(func() []int64 {
	sizes := []int64{}
	for size := 1; size <= largestClass; {
		given := cap(append([]byte(nil), make([]byte, size)...))
		sizes = append(sizes, int64(given))
		size = given + 1
	}
	return sizes
})

// allocated is how many bytes Go takes to give out some.
func allocated(size int64) int64 {
	switch {
	case size == 0:
		return 0
	case size > largestClass:
		return (size + pageSize - 1) / pageSize * pageSize
	default:
		at, _ := slices.BinarySearch(classes(), size)
		return classes()[at]
	}
}
