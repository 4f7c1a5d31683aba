import {
  Kind, TypeInfo, isInterfaceType, isUnionType, parse, print, visit, visitWithTypeInfo,
  type GraphQLSchema, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode,
} from 'graphql';
import { isObject } from './context';

// "Why this variant" for any answer: the same query is asked again, with the reasons asked for wherever it asks for a product or a fragment, under
// names of their own. What a person asked is sent as it was written.

const mark = 'unisonoWhy';

const wanted: Record<string, string> = {
  Fragment: `{ ${mark}: __typename ${mark}Key: key ${mark}Slot: slot ${mark}Locale: locale ${mark}IsFallback: isFallback
    ${mark}Selection: selection { variant matched until consulted considered { variant accepted reason } } }`,
  Product: `{ ${mark}: __typename ${mark}Key: sku ${mark}Attributes: attributes { key label locale isFallback } }`,
};

/** A query with the reasons added; undefined for what is no query, or asks for neither product nor fragment. It throws where the query is no GraphQL. */
export function withReasons(query: string, operationName: string | null | undefined, schema: GraphQLSchema): string | undefined {
  const document = parse(query);
  const operations = document.definitions.filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
  const operation = operationName ? operations.find((one) => one.name?.value === operationName) : operations[0];
  if (operation?.operation !== 'query') return undefined;
  let found = false;
  const types = new TypeInfo(schema);
  const asked = visit(document, visitWithTypeInfo(types, {
    SelectionSet: {
      leave(node) {
        const added = reasonsFor(types, schema);
        if (added.length === 0) return undefined;
        found = true;
        return { ...node, selections: [...node.selections, ...added] };
      },
    },
  }));
  return found ? print(asked) : undefined;
}

function reasonsFor(types: TypeInfo, schema: GraphQLSchema): SelectionNode[] {
  const parent = types.getParentType();
  if (!parent) return [];
  if (wanted[parent.name]) return selections(wanted[parent.name] ?? '');
  if (!isInterfaceType(parent) && !isUnionType(parent)) return [];
  return schema.getPossibleTypes(parent).flatMap((type): SelectionNode[] => {
    const text = wanted[type.name];
    return text ? [{
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: selections(text) },
    }] : [];
  });
}

function selections(text: string): SelectionNode[] {
  const [operation] = parse(text).definitions;
  const set: SelectionSetNode | undefined = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  return [...(set?.selections ?? [])];
}

/** Why a reader gets one variant of a fragment. */
export interface Selection {
  variant: string;
  matched: string[];
  until: string | null;
  consulted: string[] | null;
  considered: { variant: string; accepted: boolean; reason: string }[] | null;
}

/** A fragment in an answer, and where. */
export interface FragmentReason {
  kind: 'fragment';
  path: string;
  key: string;
  slot: string | null;
  locale: string | null;
  isFallback: boolean;
  selection: Selection;
}

/** A product in an answer, and where. */
export interface ProductReason {
  kind: 'product';
  path: string;
  key: string;
  attributes: { key: string; label: string; locale: string | null; isFallback: boolean }[];
}

export type Reason = FragmentReason | ProductReason;

/** The reasons in an answer to a query that withReasons made, in the order of the answer. */
export function reasonsIn(data: unknown): Reason[] {
  const reasons: Reason[] = [];
  walk(data, '', reasons);
  return reasons;
}

function walk(value: unknown, path: string, reasons: Reason[]): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => walk(item, `${path}[${index}]`, reasons));
    return;
  }
  if (!isObject(value)) return;
  if (value[mark] === 'Fragment') reasons.push(fragmentReason(value, path));
  if (value[mark] === 'Product') reasons.push(productReason(value, path));
  for (const [name, child] of Object.entries(value)) {
    if (!name.startsWith(mark)) walk(child, path ? `${path}.${name}` : name, reasons);
  }
}

// The casts are to what `wanted` asks for, whose types the schema gives.
function fragmentReason(value: Record<string, unknown>, path: string): FragmentReason {
  return {
    kind: 'fragment', path, key: value[`${mark}Key`] as string, slot: value[`${mark}Slot`] as string | null,
    locale: value[`${mark}Locale`] as string | null, isFallback: value[`${mark}IsFallback`] as boolean,
    selection: value[`${mark}Selection`] as Selection,
  };
}

function productReason(value: Record<string, unknown>, path: string): ProductReason {
  return { kind: 'product', path, key: value[`${mark}Key`] as string, attributes: value[`${mark}Attributes`] as ProductReason['attributes'] };
}
