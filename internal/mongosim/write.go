package mongosim

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// write answers insert, update and delete of one document each. It is answered once a majority has it; where that takes too long, it is done all the same, and may be undone.
func (m *member) write(asked *command) reply {
	if !m.isPrimary {
		return failure(codeNotPrimary, "not primary", "RetryableWriteError")
	}
	again := ""
	if number, is := asked.body.Lookup("txnNumber").AsInt64OK(); is {
		again = fmt.Sprint(asked.body.Lookup("lsid"), number)
	}
	one, is := m.cluster.writes[again]
	if !is || again == "" || one.position > len(m.log) || m.log[one.position-1].at != one.at {
		one = written{answered: m.apply(asked)}
		one.position, one.at = len(m.log), m.log[len(m.log)-1].at
		m.cluster.writes[again] = one
		m.cluster.settle()
	}
	answered, position := one.answered, one.position
	begins := m.begins
	isDone := m.await(asked, func() bool { return m.committed >= position || !m.isPrimary || m.begins != begins })
	switch {
	case !m.isPrimary || m.begins != begins:
		return failure(codeSteppedDown, "primary stepped down", "RetryableWriteError")
	case !isDone:
		late := bson.D{{Key: "code", Value: codeMaxTime}, {Key: "codeName", Value: "MaxTimeMSExpired"}, {Key: "errmsg", Value: "operation exceeded time limit"}}
		return append(answered[:len(answered):len(answered)], bson.E{Key: "writeConcernError", Value: late})
	}
	return answered
}

// apply makes a write, and gives its answer.
func (m *member) apply(asked *command) reply {
	in, now := asked.collection(), len(m.log)
	done := func(matched, modified int) reply {
		return reply{{Key: "ok", Value: 1}, {Key: "n", Value: matched}, {Key: "nModified", Value: modified}}
	}
	switch asked.name {
	case "insert":
		document := asked.one("documents")
		id := document.Lookup("_id")
		if m.find(in, id, now) != nil {
			failed := bson.D{{Key: "index", Value: 0}, {Key: "code", Value: codeDuplicate}, {Key: "errmsg", Value: "E11000 duplicate key error"}}
			return reply{{Key: "ok", Value: 1}, {Key: "n", Value: 0}, {Key: "writeErrors", Value: bson.A{failed}}}
		}
		m.append(&entry{kind: "insert", in: in, id: id, document: document})
		return done(1, 0)
	case "update":
		update := asked.one("updates")
		filter, to := update.Lookup("q").Document(), update.Lookup("u").Document()
		found := m.choose(in, filter, now)
		isUpsert, _ := update.Lookup("upsert").BooleanOK()
		switch {
		case len(found) == 0 && isUpsert:
			id := filter.Lookup("_id")
			m.append(&entry{kind: "insert", in: in, id: id, document: replaced(id, to)})
			return append(done(1, 0), bson.E{Key: "upserted", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "_id", Value: id}}}})
		case len(found) == 0:
			return done(0, 0)
		}
		id := found[0].Lookup("_id")
		if first, err := to.IndexErr(0); err == nil && first.Key()[0] == '$' {
			m.append(&entry{kind: "update", in: in, id: id, document: amended(found[0], to)})
		} else {
			m.append(&entry{kind: "replace", in: in, id: id, document: replaced(id, to)})
		}
		return done(1, 1)
	default:
		found := m.choose(in, asked.one("deletes").Lookup("q").Document(), now)
		if len(found) == 0 {
			return done(0, 0)
		}
		m.append(&entry{kind: "delete", in: in, id: found[0].Lookup("_id")})
		return done(1, 0)
	}
}

// one is the only item of an argument.
func (c *command) one(name string) bson.Raw {
	if list := c.lists[name]; len(list) == 1 {
		return list[0]
	}
	values, _ := c.body.Lookup(name).Array().Values()
	if len(values) != 1 {
		panic(fmt.Sprintf("%s of %d is not known here", c.name, len(values)))
	}
	return values[0].Document()
}

func replaced(id bson.RawValue, by bson.Raw) bson.Raw {
	next := bson.D{{Key: "_id", Value: id}}
	elements, _ := by.Elements()
	for _, element := range elements {
		if element.Key() != "_id" {
			next = append(next, bson.E{Key: element.Key(), Value: element.Value()})
		}
	}
	return marshal(next)
}

// amended sets and takes away fields of a document; none that lies in another.
func amended(document, by bson.Raw) bson.Raw {
	var next bson.D
	_ = bson.Unmarshal(document, &next)
	set, _ := by.Lookup("$set").DocumentOK()
	unset, _ := by.Lookup("$unset").DocumentOK()
	without := func(name string) {
		for i := range next {
			if next[i].Key == name {
				next = append(next[:i], next[i+1:]...)
				return
			}
		}
	}
	elements, _ := unset.Elements()
	for _, element := range elements {
		without(element.Key())
	}
	elements, _ = set.Elements()
	for _, element := range elements {
		without(element.Key())
		next = append(next, bson.E{Key: element.Key(), Value: element.Value()})
	}
	return marshal(next)
}

func marshal(document bson.D) bson.Raw {
	raw, err := bson.Marshal(document)
	if err != nil {
		panic(err) // never: it was read before
	}
	return raw
}
