package resolvers

import (
	"context"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
	"unisono/graph"
	"unisono/view"
)

// Needs answers a field for those alone who have a permission. It is the directive @needs.
func Needs(ctx context.Context, _ any, next graphql.Resolver, permission access.Permission) (any, error) {
	if err := access.FromContext(ctx).Need(permission); err != nil {
		return nil, err
	}
	return next(ctx)
}

type keyResolver struct{}

func (keyResolver) Permissions(_ context.Context, key *content.Client) ([]access.Permission, error) {
	permissions := []access.Permission{access.Read}
	for _, permission := range key.Permissions {
		permissions = append(permissions, access.Permission(permission))
	}
	return permissions, nil
}

func (keyResolver) CreatedBy(_ context.Context, key *content.Client) (*string, error) {
	return orNull(key.CreatedBy), nil
}

func (q queryResolver) Keys(ctx context.Context) ([]*content.Client, error) {
	snapshotOf(view.FromContext(ctx)).Lose()
	return q.config.Keys.List(ctx)
}

func (m mutationResolver) CreateKey(ctx context.Context, input graph.KeyInput) (*graph.KeyPayload, error) {
	client := content.Client{
		Name: input.Name, Channels: input.Channels, Audiences: input.Audiences, Markets: input.Markets, Origins: input.Origins,
		Defaults: input.Defaults, ExpiresAt: input.ExpiresAt,
	}
	for _, permission := range input.Permissions {
		client.Permissions = append(client.Permissions, string(permission))
	}
	secret, created, err := m.config.Keys.Create(ctx, client, m.config.Catalogue.Snapshot().Definitions())
	return keyPayload(secret, created, err, "input")
}

func (m mutationResolver) RevokeKey(ctx context.Context, id string) (*graph.KeyPayload, error) {
	revoked, err := m.config.Keys.Revoke(ctx, id)
	return keyPayload("", revoked, err)
}

func (m mutationResolver) RotateKey(ctx context.Context, id string, overlapSeconds *int, expiresAt *time.Time) (*graph.KeyPayload, error) {
	secret, created, err := m.config.Keys.Rotate(ctx, id, time.Duration(min(value(overlapSeconds), maxSeconds))*time.Second, expiresAt)
	return keyPayload(secret, created, err)
}

// maxSeconds is more than anything here can last, and no more than a time.Duration holds.
const maxSeconds = 1 << 32

// keyPayload says what became of a key. Problems stand below the argument that holds what was given.
func keyPayload(secret string, key *content.Client, err error, argument ...string) (*graph.KeyPayload, error) {
	payload := &graph.KeyPayload{UserErrors: []*graph.UserError{}}
	var problems fault.Problems
	if errors.As(err, &problems) {
		for _, problem := range problems.Under(argument) {
			payload.UserErrors = append(payload.UserErrors, userError(problem))
		}
		return payload, nil
	}
	payload.Secret, payload.Key = orNull(secret), key
	return payload, err
}
