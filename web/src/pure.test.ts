import { buildSchema, isEnumType, parse, print, validate } from 'graphql';
import { expect, test } from 'vitest';
import schemaText from '../../schema.graphqls?raw';
import { choices, describe as inWords, fromExtension, toExtension } from './context';
import { examples, toExample } from './examples';
import { reasonsIn, withReasons } from './explain';
import { fromHash, toHash } from './link';
import { differences, sideBySide } from './sidebyside';

const schema = buildSchema(schemaText);

test('the choices of the bar are those of the schema', () => {
  const types = { device: 'Device', moment: 'Moment', publication: 'PublicationKind', medium: 'Medium', format: 'Format' };
  for (const [dimension, name] of Object.entries(types)) {
    const type = schema.getType(name);
    expect(isEnumType(type) && type.getValues().map((value) => value.name)).toEqual(choices[dimension as keyof typeof choices]);
  }
});

test('a context goes out as extensions.context, without what is not said', () => {
  expect(toExtension({})).toBeUndefined();
  expect(toExtension({ channel: ' site ', audience: '', preview: 'false' })).toEqual({ channel: 'site' });
  expect(toExtension({ locale: 'da', preview: 'true', traits: '{"plan": "pro"}' })).toEqual({ locale: 'da', preview: true, traits: { plan: 'pro' } });
  expect(() => toExtension({ traits: '{' })).toThrow('Traits');
});

test('a context comes back as it went out', () => {
  const context = { channel: 'app', locale: 'it', preview: 'true', traits: '{"plan":"pro"}' };
  expect(fromExtension(toExtension(context))).toEqual(context);
  expect(fromExtension({ strange: 1, market: null })).toEqual({});
  expect(fromExtension('nothing')).toEqual({});
  expect(inWords({ channel: 'app', preview: 'true' })).toBe('app · with drafts');
});

test('a link keeps query, variables and context, and nothing else', () => {
  const linked = { query: '{ a & b }', variables: '{"x": 1}', context: { channel: 'app', traits: '{"a":1}' } };
  expect(fromHash(toHash(linked))).toEqual(linked);
  expect(toHash({ query: '', variables: '', context: {} })).toBe('');
  expect(toHash({ query: '', variables: '', context: { traits: '{', channel: 'app' } })).toBe('#context=%7B%22channel%22%3A%22app%22%7D');
  expect(fromHash('#elsewhere')).toBeUndefined();
  expect(fromHash('#query=%7Ba%7D&context=%7B')).toEqual({ query: '{a}', variables: '', context: {} });
});

test('examples say what they are', () => {
  expect(toExample('x.graphql', '# Task: Try\n# Context: {"locale": "da"}\n# Key: k\n# Words.\n{ caller { name } }\n')).toEqual({
    file: 'x.graphql', task: 'Try', context: { locale: 'da' }, key: 'k', query: '# Words.\n{ caller { name } }\n',
  });
  expect(examples.length).toBeGreaterThanOrEqual(8);
  for (const example of examples) expect(validate(schema, parse(example.query)), example.task).toEqual([]);
});

test('reasons are asked for wherever a product or a fragment is', () => {
  for (const example of examples) {
    const asked = withReasons(example.query, undefined, schema);
    if (asked) expect(validate(schema, parse(asked)), example.task).toEqual([]);
  }
  const asked = withReasons('{ node(id: "1") { id } product(sku: "A") { ...P } } fragment P on Product { fragments { title } }', undefined, schema) ?? '';
  expect(print(parse(asked))).toBe(asked);
  expect(asked.match(/unisonoWhySelection: selection/g)).toHaveLength(2);
  expect(asked.match(/unisonoWhyAttributes: attributes/g)).toHaveLength(3);
});

test('no reasons are asked of what has none', () => {
  expect(withReasons('{ caller { name } }', undefined, schema)).toBeUndefined();
  expect(withReasons('mutation { deleteProducts(skus: []) { deleted } }', undefined, schema)).toBeUndefined();
  expect(withReasons('query A { caller { name } } mutation B { deleteProducts(skus: []) { deleted } }', 'B', schema)).toBeUndefined();
});

test('reasons are found in the order of the answer', () => {
  const selection = { variant: 'da', matched: [], until: null, consulted: null, considered: null };
  const fragment = { title: 'T', unisonoWhy: 'Fragment', unisonoWhyKey: 'hot', unisonoWhySlot: 'warning', unisonoWhyLocale: 'da', unisonoWhyIsFallback: false, unisonoWhySelection: selection };
  const data = { shelf: [null, { fragments: [fragment], unisonoWhy: 'Product', unisonoWhyKey: 'A', unisonoWhyAttributes: [] }] };
  expect(reasonsIn(data)).toEqual([
    { kind: 'product', path: 'shelf[1]', key: 'A', attributes: [] },
    { kind: 'fragment', path: 'shelf[1].fragments[0]', key: 'hot', slot: 'warning', locale: 'da', isFallback: false, selection },
  ]);
});

test('two answers stand side by side', () => {
  const rows = sideBySide({ a: 1, b: [1] }, { a: 2, b: [1, 2] });
  expect(rows.map((row) => [row.left?.trim(), row.right?.trim(), row.differs])).toEqual([
    ['{', '{', false], ['"a": 1,', '"a": 2,', true], ['"b": [', '"b": [', false], ['1', '1,', true], [undefined, '2', true], [']', ']', false], ['}', '}', false],
  ]);
  expect(differences(rows)).toBe('3 lines differ.');
  expect(differences(sideBySide({}, {}))).toBe('The two answers are the same.');
});
