package store_test

import (
	"encoding/binary"
	"io"
	"net"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// fakeServer listens as a lone MongoDB of a certain version that refuses every login and knows no command but the greeting.
func fakeServer(t *testing.T, wireVersion int) (address string) {
	t.Helper()
	return serveFakes(t, func(_, name string, _ bson.Raw) bson.D {
		switch name {
		case "hello":
			return greeting(wireVersion)
		case "saslStart", "saslContinue":
			return failure(18, "Authentication failed.")
		default:
			return failure(8000, "not in this fake")
		}
	})
}

// greeting is what every server says of itself.
func greeting(wireVersion int) bson.D {
	return bson.D{
		{Key: "ok", Value: 1},
		{Key: "helloOk", Value: true},
		{Key: "isWritablePrimary", Value: true},
		{Key: "ismaster", Value: true},
		{Key: "maxWireVersion", Value: wireVersion},
		{Key: "minWireVersion", Value: 0},
		{Key: "maxBsonObjectSize", Value: 16 << 20},
		{Key: "maxMessageSizeBytes", Value: 48_000_000},
		{Key: "maxWriteBatchSize", Value: 100_000},
	}
}

func failure(code int, words string) bson.D {
	return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: code}, {Key: "errmsg", Value: words}}
}

// answerer answers the command of a name at the server of an address.
type answerer func(address, name string, command bson.Raw) bson.D

// serveFakes listens and answers in the protocol of MongoDB.
func serveFakes(t *testing.T, answer answerer) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveFake(conn, answer)
		}
	}()
	return listener.Addr().String()
}

const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013
)

func serveFake(conn net.Conn, answer answerer) {
	defer conn.Close()
	for {
		var header [16]byte
		if _, err := io.ReadFull(conn, header[:]); err != nil {
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(header[:])-16)
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		request, code := binary.LittleEndian.Uint32(header[4:]), binary.LittleEndian.Uint32(header[12:])
		command := bson.Raw(body[5:]) // OP_MSG: flags, the section's kind, the document
		if code == opQuery {
			name := 4
			for body[name] != 0 {
				name++
			}
			command = bson.Raw(body[name+9:])
		}
		element, err := command.IndexErr(0)
		if err != nil {
			return
		}
		name := element.Key()
		if name == "isMaster" || name == "ismaster" {
			name = "hello"
		}
		document, err := bson.Marshal(answer(conn.LocalAddr().String(), name, command))
		if err != nil {
			return
		}
		if _, err := conn.Write(frame(request, code, document)); err != nil {
			return
		}
	}
}

// frame puts an answer into the kind of message in which it was asked for.
func frame(request, asked uint32, answer []byte) []byte {
	code, between := uint32(opMsg), make([]byte, 5)
	if asked == opQuery {
		code, between = opReply, make([]byte, 20)
		between[16] = 1 // one document
	}
	message := make([]byte, 16, 16+len(between)+len(answer))
	binary.LittleEndian.PutUint32(message, uint32(cap(message)))
	binary.LittleEndian.PutUint32(message[8:], request)
	binary.LittleEndian.PutUint32(message[12:], code)
	return append(append(message, between...), answer...)
}
