// Package unisono is the root of the gateway's module. It holds what concerns all packages: what is generated, and the test
// that keeps the map of who may import whom. There is no code in it, and no promise to those who import any package of the module.
package unisono

//go:generate go tool gqlgen generate
//go:generate go tool gqlgen generate --config bench/baseline/gqlgen.yml
