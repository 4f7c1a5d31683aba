package akeneo

import (
	"math/big"
	"strings"
	"testing"
)

// I3: a decimal comma was refused where the cell was numeric.
func TestDecimal(t *testing.T) {
	for _, test := range []struct{ cell, want string }{
		{"1,5", "1.5"},
		{"1.5", "1.5"},
		{"1.234,5", "1234.5"},
		{"1,234.5", "1234.5"},
		{"1e3", "1000"},
		{"1E+3", "1000"},
		{"1,5e-3", "0.0015"},
		{"1,234", "1.234"}, // one comma is a decimal comma: Akeneo never groups
		{"1.234", "1.234"},
		{"1,234,567", "1234567"},
		{"1.234.567", "1234567"},
		{"1 234,50", "1234.50"},
		{"1\u202f234\u202f567.5", "1234567.5"},
		{"1'234.5", "1234.5"},
		{"12.50", "12.50"},
		{"007", "7"},
		{"-3", "-3"},
		{"−3,5", "-3.5"},
		{"+3", "3"},
		{"-0,0", "0.0"},
		{",5", "0.5"},
		{" 42 ", "42"},
		{"0", "0"},
	} {
		got, err := decimal(test.cell)
		if err != nil || got != test.want {
			t.Errorf("decimal(%q) = %q, %v; want %q", test.cell, got, err, test.want)
		}
	}
}

func TestDecimalRefuses(t *testing.T) {
	for _, cell := range []string{
		"", "-", ".", ",", "abc", "1.2.3", "1,2,3", "12,34,567", "1,2345,678", "1.234,567.8", "5.", "5,", "1e", "e3", "1e999", "0x10", "NaN",
		"Infinity", "1__2", "1 23", "--1", "12 EUR", "١٢", "1_000", strings.Repeat("9", 100),
	} {
		if got, err := decimal(cell); err == nil {
			t.Errorf("decimal(%q) = %q; want an error", cell, got)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"1,5", "1.234,5", "1,234.5", "1e3", "-0", "1 234,5", "1e-30", "−3", ",5", "1'234'567"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		plain, err := decimal(cell)
		if err != nil {
			return
		}
		if _, ok := new(big.Rat).SetString(plain); !ok || strings.ContainsAny(plain, ",eE+ ") {
			t.Fatalf("decimal(%q) = %q, which is no plain decimal", cell, plain)
		}
		if again, err := decimal(plain); err != nil && len(plain) <= maxNumberBytes || err == nil && again != plain {
			t.Fatalf("decimal(%q) = %q, but again %q, %v", cell, plain, again, err)
		}
	})
}
