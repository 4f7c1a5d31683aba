// Package scalar says how the API's own scalars are written and read.
//
// It knows no rule of content beyond a scalar's form; what a value may mean in its place is for others to check.
package scalar

import (
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
)

// MarshalLocale writes a language tag.
func MarshalLocale(tag locale.Tag) graphql.Marshaler { return graphql.MarshalString(string(tag)) }

// UnmarshalLocale reads a language tag and makes it canonical.
func UnmarshalLocale(given any) (locale.Tag, error) {
	text, err := text(given, "a BCP 47 language tag such as da-DK")
	if err != nil {
		return "", err
	}
	return locale.Parse(text)
}

// MarshalCountryCode writes a country code.
func MarshalCountryCode(code string) graphql.Marshaler { return graphql.MarshalString(code) }

// UnmarshalCountryCode reads two capital letters.
func UnmarshalCountryCode(given any) (string, error) {
	code, err := text(given, "a country code such as DK")
	if err == nil && !content.IsCountryCode(code) {
		err = fault.New(fault.BadUserInput, "%.40q is no country code; two capital letters are expected, such as DK", code)
	}
	return code, err
}

// MarshalCurrencyCode writes a currency code.
func MarshalCurrencyCode(code string) graphql.Marshaler { return graphql.MarshalString(code) }

// UnmarshalCurrencyCode reads three capital letters.
func UnmarshalCurrencyCode(given any) (string, error) {
	code, err := text(given, "a currency code such as DKK")
	if err == nil && !content.IsCurrencyCode(code) {
		err = fault.New(fault.BadUserInput, "%.40q is no currency code; three capital letters are expected, such as DKK", code)
	}
	return code, err
}

// MarshalDateTime writes a time in UTC.
func MarshalDateTime(at time.Time) graphql.Marshaler {
	return graphql.MarshalString(at.UTC().Format(time.RFC3339Nano))
}

// UnmarshalDateTime reads a time as in RFC 3339. One without an offset is refused: nobody could know which moment it means.
func UnmarshalDateTime(given any) (time.Time, error) {
	text, err := text(given, "a time with an offset such as 2026-03-01T08:00:00+01:00")
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fault.New(fault.BadUserInput, "%.40q is no time; one with an offset is expected, such as 2026-03-01T08:00:00+01:00", text)
	}
	return at, nil
}

// MarshalURL writes a web address.
func MarshalURL(address string) graphql.Marshaler { return graphql.MarshalString(address) }

// UnmarshalURL reads a web address.
func UnmarshalURL(given any) (string, error) {
	address, err := text(given, "a web address")
	if err == nil {
		if wrong := content.CheckURL(address); wrong != nil {
			err = fault.New(fault.BadUserInput, "%s", wrong)
		}
	}
	return address, err
}

// MarshalDecimal writes an exact decimal.
func MarshalDecimal(decimal string) graphql.Marshaler { return graphql.MarshalString(decimal) }

// UnmarshalDecimal reads an exact decimal, as a string.
func UnmarshalDecimal(given any) (string, error) {
	decimal, err := text(given, "a decimal such as 12.50")
	if err == nil && !content.IsDecimal(decimal) {
		err = fault.New(fault.BadUserInput, "%.40q is no decimal; one such as 12.50 is expected", decimal)
	}
	return decimal, err
}

// UnmarshalJSON reads any value.
func UnmarshalJSON(given any) (content.Value, error) {
	value, err := content.NewValue(given)
	if err != nil {
		return content.Value{}, fault.New(fault.BadUserInput, "%s", err)
	}
	return value, nil
}

func text(given any, expected string) (string, error) {
	text, ok := given.(string)
	if !ok {
		return "", fault.New(fault.BadUserInput, "a string is expected: %s, not %s", expected, fmt.Sprintf("%.40v", given))
	}
	return text, nil
}
