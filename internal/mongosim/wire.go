package mongosim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// reply is the answer to a command.
type reply = bson.D

// command is what a client sends.
type command struct {
	name     string
	body     bson.Raw
	lists    map[string][]bson.Raw // arguments that stand beside the body
	deadline time.Time             // zero: there is none
	isGone   <-chan struct{}       // closed when nobody waits for the answer any more
}

// collection is what most commands are about.
func (c *command) collection() string { return c.body.Lookup(c.name).StringValue() }

// DialContext makes a connection to a member, as a net.Dialer does.
func (l *Link) DialContext(_ context.Context, _, address string) (net.Conn, error) {
	l.cluster.mu.Lock()
	defer l.cluster.mu.Unlock()
	at := slices.IndexFunc(l.cluster.members, func(m *member) bool { return m.name == address })
	if at < 0 || l.refused[at] {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	near, far := net.Pipe()
	l.conns[far] = at
	go l.serve(at, far)
	return near, nil
}

// serve answers what comes by one connection.
func (l *Link) serve(at int, conn net.Conn) {
	m, gone := l.cluster.members[at], make(chan struct{})
	requests := make(chan message)
	go func() {
		defer close(gone)
		for {
			read, err := readMessage(conn)
			if err != nil {
				return
			}
			requests <- read
		}
	}()
	defer func() {
		_ = conn.Close()
		for { // lets the reader go
			select {
			case <-requests:
			case <-gone:
				return
			}
		}
	}()
	for {
		select {
		case <-gone:
			return
		case read := <-requests:
			read.command.isGone = gone
			answered := m.answer(&read.command)
			if !l.passes(at, gone) {
				return
			}
			if _, err := conn.Write(read.frame(answered)); err != nil {
				return
			}
		}
	}
}

// passes waits until the member is not silent. It is false where the connection has ended before.
func (l *Link) passes(at int, gone <-chan struct{}) bool {
	l.cluster.mu.Lock()
	defer l.cluster.mu.Unlock()
	for l.silent[at] {
		changed := l.cluster.changed
		l.cluster.mu.Unlock()
		select {
		case <-changed:
		case <-gone:
		}
		l.cluster.mu.Lock()
		select {
		case <-gone:
			return false
		default:
		}
	}
	return true
}

const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013
)

// message is a command in the frame in which it came.
type message struct {
	request, code uint32
	command       command
}

func readMessage(from io.Reader) (message, error) {
	var header [16]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return message{}, err
	}
	body := make([]byte, binary.LittleEndian.Uint32(header[:])-16)
	if _, err := io.ReadFull(from, body); err != nil {
		return message{}, err
	}
	read := message{request: binary.LittleEndian.Uint32(header[4:]), code: binary.LittleEndian.Uint32(header[12:])}
	read.command.lists = map[string][]bson.Raw{}
	switch read.code {
	case opQuery: // flags, the collection, how many to skip and to return, the document
		name := 4 + bytes.IndexByte(body[4:], 0)
		read.command.body = bson.Raw(body[name+9:])
	case opMsg: // flags, and sections
		for rest := body[4:]; len(rest) > 0; {
			size := binary.LittleEndian.Uint32(rest[1:])
			section := rest[1 : 1+size]
			if rest[0] == 0 {
				read.command.body = bson.Raw(section)
			} else {
				name := bytes.IndexByte(section[4:], 0)
				read.command.lists[string(section[4:4+name])] = documentsIn(section[4+name+1:])
			}
			rest = rest[1+size:]
		}
	default:
		return message{}, fmt.Errorf("messages of the kind %d are not known here", read.code)
	}
	first, err := read.command.body.IndexErr(0)
	if err != nil {
		return message{}, err
	}
	read.command.name = first.Key()
	if limit, is := read.command.body.Lookup("maxTimeMS").AsInt64OK(); is {
		read.command.deadline = time.Now().Add(time.Duration(limit) * time.Millisecond)
	}
	return read, nil
}

func documentsIn(section []byte) []bson.Raw {
	var all []bson.Raw
	for len(section) > 0 {
		size := binary.LittleEndian.Uint32(section)
		all = append(all, bson.Raw(section[:size]))
		section = section[size:]
	}
	return all
}

// frame puts an answer into the kind of message in which it was asked for.
func (m *message) frame(answered reply) []byte {
	document, err := bson.Marshal(answered)
	if err != nil {
		panic(err) // never: it is made here
	}
	code, between := uint32(opMsg), make([]byte, 5)
	if m.code == opQuery {
		code, between = opReply, make([]byte, 20)
		between[16] = 1 // one document
	}
	whole := make([]byte, 16, 16+len(between)+len(document))
	binary.LittleEndian.PutUint32(whole, uint32(cap(whole))) //nolint:gosec // far smaller
	binary.LittleEndian.PutUint32(whole[8:], m.request)
	binary.LittleEndian.PutUint32(whole[12:], code)
	return append(append(whole, between...), document...)
}
