import { fromExtension, isObject, toExtension, type Context } from './context';

/** What a link to the playground keeps. The key is never in it. */
export interface Linked {
  query: string;
  variables: string;
  context: Context;
}

/** The fragment of an address that keeps a question. */
export function toHash(linked: Linked): string {
  const parts = new URLSearchParams();
  if (linked.query.trim()) parts.set('query', linked.query);
  if (linked.variables.trim()) parts.set('variables', linked.variables);
  const context = withoutMistakes(linked.context);
  if (context) parts.set('context', JSON.stringify(context));
  const text = parts.toString();
  return text ? `#${text}` : '';
}

function withoutMistakes(context: Context): Record<string, unknown> | undefined {
  try {
    return toExtension(context);
  } catch {
    return toExtension({ ...context, traits: '' });
  }
}

/** The question that an address keeps; undefined where it keeps none. */
export function fromHash(hash: string): Linked | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const query = parts.get('query');
  const context = parse(parts.get('context'));
  if (query === null && !isObject(context)) return undefined;
  return { query: query ?? '', variables: parts.get('variables') ?? '', context: fromExtension(context) };
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
