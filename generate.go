// Package unisono is the root of the gateway's module. It holds what concerns all packages: what is generated, and the test
// that keeps the map of who may import whom. There is no code in it, and no promise to those who import any package of the module.
package unisono

//go:generate go run ./internal/directgen -apart View -texts unisono/scalar.MarshalLocale,unisono/scalar.MarshalCountryCode,unisono/scalar.MarshalCurrencyCode,unisono/scalar.MarshalURL,unisono/scalar.MarshalDecimal
//go:generate go tool gqlgen generate --config bench/baseline/gqlgen.yml
