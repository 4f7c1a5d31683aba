// Package access says who is asking and what they may do.
//
// It decides; it refuses to enforce, which the data's own packages do with what it decided, and to speak HTTP.
package access

import (
	"context"
	"slices"

	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

// Permission is something that a client may be allowed to do.
type Permission string

// The permissions.
const (
	Read     Permission = "read"     // ask
	Preview  Permission = "preview"  // see what is not published, and other points in time
	Write    Permission = "write"    // change content, and export all of it
	Profiles Permission = "profiles" // see and change what is known of customers
	Admin    Permission = "admin"    // manage the gateway: keys, the audit log, problems
)

// Permissions lists all of them.
func Permissions() []Permission { return []Permission{Read, Preview, Write, Profiles, Admin} }

// Client is somebody who asks, and what they may do. It is never changed once it is made.
type Client struct {
	Name      string // for logs and the audit log
	ID        string // of the API key; "" for others
	Anonymous bool
	All       bool // every permission, channel, audience and market

	Permissions []Permission
	Channels    []string // the channels it may ask for; empty: those that are open to everybody, for which Open stands in a list
	Audiences   []string // so too
	Markets     []string // so too; every market is open
	Origins     []string // of the pages in browsers that may use it: "https://shop.example"; Open stands for every one
	Defaults    *content.Defaults
}

// Open stands, in a client's lists, for all that is open to everybody.
const Open = content.Every

// Anonymous is the client of a request that carries no key, where nothing else is configured.
func Anonymous() *Client {
	return &Client{Name: "anonymous", Anonymous: true, Permissions: []Permission{Read}}
}

// Program is the client in whose name a program of ours works on a database that is its own to work on: it may do everything.
func Program(name string) *Client { return &Client{Name: name, All: true} }

// Grants are what the client may ask for.
func (c *Client) Grants() targeting.Grants {
	return targeting.Grants{Channels: c.Channels, Audiences: c.Audiences, Markets: c.Markets, All: c.All}
}

// May says whether the client has a permission.
func (c *Client) May(permission Permission) bool {
	return c.All || slices.Contains(c.Permissions, permission)
}

// Need gives the fault of a client that has not a permission: Unauthenticated for the anonymous one, Forbidden for one that is known. It is
// nil for those who have it.
func (c *Client) Need(permission Permission) error {
	switch {
	case c.May(permission):
		return nil
	case c.Anonymous:
		return fault.New(fault.Unauthenticated, "this needs the permission %q: send an API key that has it as Authorization: Bearer KEY", permission)
	default:
		return fault.New(fault.Forbidden, "this needs the permission %q, which your key or token has not", permission)
	}
}

// Details says whether the client may see what is for editors.
func (c *Client) Details() bool { return c.May(Preview) || c.May(Write) }

type contextKey struct{}

// NewContext gives a context that carries the client.
func NewContext(ctx context.Context, client *Client) context.Context {
	return context.WithValue(ctx, contextKey{}, client)
}

// FromContext gives the client that ctx carries; without one it is the anonymous.
func FromContext(ctx context.Context) *Client {
	if client, ok := ctx.Value(contextKey{}).(*Client); ok {
		return client
	}
	return Anonymous()
}
