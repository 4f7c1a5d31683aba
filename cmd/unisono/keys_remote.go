package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"unisono/content"
	"unisono/fault"
)

// remoteKeys are those of a gateway that runs.
type remoteKeys struct{ url, key string }

const (
	remoteTime   = 30 * time.Second
	maxRemote    = 32 << 20 // bytes of an answer: 10,000 keys with all they may do
	keySelection = `{ id name permissions channels audiences markets origins createdAt createdBy expiresAt revokedAt usedAt }`
)

// remoteKey is a key as the API shows it.
type remoteKey struct {
	ID string `json:"id"`
	content.Client
}

func (k *remoteKey) client() *content.Client {
	if k == nil {
		return nil
	}
	client := k.Client
	client.Hash = k.ID // its beginning is all that a client's id is made of
	if len(client.Permissions) > 0 {
		client.Permissions = client.Permissions[1:] // read, which every key has
	}
	return &client
}

func (r *remoteKeys) Create(ctx context.Context, client content.Client) (string, *content.Client, error) {
	client.Hash = ""
	return r.change(ctx, `mutation ($input: KeyInput!) { done: createKey(input: $input) { secret key `+keySelection+` userErrors { path code message } } }`,
		map[string]any{"input": client})
}

func (r *remoteKeys) List(ctx context.Context) ([]*content.Client, error) {
	data := struct{ Keys []*remoteKey }{}
	if err := r.ask(ctx, `{ keys `+keySelection+` }`, nil, &data); err != nil {
		return nil, err
	}
	clients := make([]*content.Client, len(data.Keys))
	for i, key := range data.Keys {
		clients[i] = key.client()
	}
	return clients, nil
}

func (r *remoteKeys) Revoke(ctx context.Context, id string) (*content.Client, error) {
	_, revoked, err := r.change(ctx, `mutation ($id: ID!) { done: revokeKey(id: $id) { secret key `+keySelection+` userErrors { path code message } } }`, map[string]any{"id": id})
	return revoked, err
}

func (r *remoteKeys) Rotate(ctx context.Context, id string, overlap time.Duration, expires *time.Time) (string, *content.Client, error) {
	return r.change(ctx, `mutation ($id: ID!, $overlap: Int, $expires: DateTime) {
		done: rotateKey(id: $id, overlapSeconds: $overlap, expiresAt: $expires) { secret key `+keySelection+` userErrors { path code message } } }`,
		map[string]any{"id": id, "overlap": int64(overlap / time.Second), "expires": expires})
}

// change asks for a change to keys.
func (r *remoteKeys) change(ctx context.Context, query string, variables map[string]any) (string, *content.Client, error) {
	data := struct {
		Done struct {
			Secret     string
			Key        *remoteKey
			UserErrors fault.Problems
		}
	}{}
	if err := r.ask(ctx, query, variables, &data); err != nil {
		return "", nil, err
	}
	for i, problem := range data.Done.UserErrors {
		if len(problem.Path) > 0 && problem.Path[0] == "input" {
			data.Done.UserErrors[i].Path = problem.Path[1:]
		}
	}
	return data.Done.Secret, data.Done.Key.client(), data.Done.UserErrors.Err()
}

// ask sends a GraphQL request and reads its data.
func (r *remoteKeys) ask(ctx context.Context, query string, variables map[string]any, data any) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return usage(fmt.Errorf("--gateway: %w", err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the gateway cannot be reached: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer := struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}{}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxRemote)).Decode(&answer); err != nil {
		return fmt.Errorf("%s answered %s, and not as a gateway does: %w", r.url, response.Status, err)
	}
	if len(answer.Errors) > 0 {
		return errors.New("the gateway says: " + answer.Errors[0].Message)
	}
	return json.Unmarshal(answer.Data, data)
}
