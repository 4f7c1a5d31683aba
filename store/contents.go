package store

import (
	"context"
	"fmt"
	"iter"

	"unisono/content"
	"unisono/fault"
)

// Contents is a Store's documents of every kind that content consists of, for those who treat all kinds alike.
type Contents struct {
	kinds map[content.Kind]contents
}

// contents is what a collection does whatever its type.
type contents interface {
	read(ctx context.Context, keys []string) (map[string]content.Document, error)
	all(ctx context.Context) iter.Seq2[content.Document, error]
	update(ctx context.Context, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error)
	remove(ctx context.Context, key string) (bool, error)
}

// Contents gives the documents of every kind.
func (s *Store) Contents() *Contents {
	return &Contents{map[content.Kind]contents{
		content.KindChannel:   anyOf[content.Channel](s, content.KindChannel),
		content.KindAudience:  anyOf[content.Audience](s, content.KindAudience),
		content.KindCategory:  anyOf[content.Category](s, content.KindCategory),
		content.KindAttribute: anyOf[content.Attribute](s, content.KindAttribute),
		content.KindOption:    anyOf[content.Option](s, content.KindOption),
		content.KindFamily:    anyOf[content.Family](s, content.KindFamily),
		content.KindFragment:  anyOf[content.Fragment](s, content.KindFragment),
		content.KindProduct:   anyOf[content.Product](s, content.KindProduct),
	}}
}

// Read is [Collection.Read] of a kind.
func (c *Contents) Read(ctx context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	of, err := c.of(kind)
	if err != nil {
		return nil, err
	}
	return of.read(ctx, keys)
}

// All is [Collection.All] of a kind.
func (c *Contents) All(ctx context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	of, err := c.of(kind)
	if err != nil {
		return func(yield func(content.Document, error) bool) { yield(nil, err) }
	}
	return of.all(ctx)
}

// Update is [Collection.Update] of a kind. It gives the document as it is afterwards and whether it was written.
func (c *Contents) Update(ctx context.Context, kind content.Kind, key string, change func(current content.Document) (content.Document, error)) (content.Document, bool, error) {
	of, err := c.of(kind)
	if err != nil {
		return nil, false, err
	}
	return of.update(ctx, key, change)
}

// Delete is [Collection.Delete] of a kind, whatever the document's revision.
func (c *Contents) Delete(ctx context.Context, kind content.Kind, key string) (deleted bool, err error) {
	of, err := c.of(kind)
	if err != nil {
		return false, err
	}
	return of.remove(ctx, key)
}

func (c *Contents) of(kind content.Kind) (contents, error) {
	of, known := c.kinds[kind]
	if !known {
		return nil, fault.Wrap(fault.Internal, fmt.Errorf("no content is of kind %q", kind), "There is no such kind of content.")
	}
	return of, nil
}

type typed[T any, PT interface {
	Document[T]
	content.Document
}] struct{ in Collection[T, PT] }

func anyOf[T any, PT interface {
	Document[T]
	content.Document
}](s *Store, kind content.Kind) contents {
	return typed[T, PT]{In[T, PT](s, kind)}
}

func (t typed[T, PT]) read(ctx context.Context, keys []string) (map[string]content.Document, error) {
	found, err := t.in.Read(ctx, keys)
	if err != nil {
		return nil, err
	}
	documents := make(map[string]content.Document, len(found))
	for key, document := range found {
		documents[key] = PT(document)
	}
	return documents, nil
}

func (t typed[T, PT]) all(ctx context.Context) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		for document, err := range t.in.All(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(PT(document), nil) {
				return
			}
		}
	}
}

func (t typed[T, PT]) update(ctx context.Context, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	result, err := t.in.Update(ctx, key, func(current *T) (*T, error) {
		var before content.Document
		if current != nil {
			before = PT(current)
		}
		next, err := change(before)
		if next == nil || err != nil {
			return nil, err
		}
		return (*T)(next.(PT)), nil
	})
	if err != nil || result.Doc == nil {
		return nil, result.Written, err
	}
	return PT(result.Doc), result.Written, nil
}

func (t typed[T, PT]) remove(ctx context.Context, key string) (bool, error) {
	return t.in.Delete(ctx, key, nil)
}
