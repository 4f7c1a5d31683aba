package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// patience is for how long an answer may be silent.
const patience = 30 * time.Second

// connection is one to a server, which is kept. What it reads it gives away until the next request.
type connection struct {
	net.Conn
	from *bufio.Reader
	body []byte
}

func dial(ctx context.Context, address string) (*connection, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return &connection{Conn: conn, from: bufio.NewReaderSize(conn, 32<<10)}, nil
}

// ask sends a request and reads its answer.
func (c *connection) ask(request *Request) (status int, body []byte, err error) {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, nil, err
	}
	if _, err := c.Write(request.raw); err != nil {
		return 0, nil, fmt.Errorf("send a request: %w", err)
	}
	status, length, err := c.head()
	if err == nil {
		err = c.read(length)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read an answer: %w", err)
	}
	return status, c.body, nil
}

// inChunks stands for a length that is not known beforehand.
const inChunks = -1

// head reads the status and the headers, of which it wants to know how long the body is.
func (c *connection) head() (status, length int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, 0, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) || len(line) < 12 {
		return 0, 0, fmt.Errorf("%.40q is no status of HTTP/1.1", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("the status: %w", err)
	}
	for {
		if line, err = c.line(); err != nil || len(line) == 0 {
			return status, length, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, 0, fmt.Errorf("Content-Length: %w", err)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = inChunks
		case bytes.EqualFold(name, []byte("Connection")) && bytes.EqualFold(value, []byte("close")):
			return 0, 0, errors.New("the server closes the connection")
		}
	}
}

// read reads the body.
func (c *connection) read(length int) error {
	c.body = c.body[:0]
	if length != inChunks {
		return c.more(length)
	}
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("the size of a chunk: %w", err)
		}
		if err := c.more(int(size)); err != nil {
			return err
		}
		if rest, err := c.line(); err != nil || len(rest) > 0 {
			return errors.Join(err, fmt.Errorf("%.40q stands behind a chunk", rest))
		}
		if size == 0 {
			return nil
		}
	}
}

// more reads so many bytes of the body.
func (c *connection) more(count int) error {
	before := len(c.body)
	c.body = append(c.body, make([]byte, count)...)
	_, err := io.ReadFull(c.from, c.body[before:])
	return err
}

// line reads to the end of a line.
func (c *connection) line() ([]byte, error) {
	line, err := c.from.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}
