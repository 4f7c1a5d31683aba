// The context of a request as the bar above the editor has it, and what becomes of it on the wire.

/** The dimensions that a request can name, in the order of the bar. */
export const dimensions = [
  'channel', 'audience', 'locale', 'market', 'device', 'moment', 'publication', 'medium', 'format', 'at', 'preview', 'traits',
] as const;
export type Dimension = (typeof dimensions)[number];

/** What the bar says, as text; what is absent or blank is not said. */
export type Context = Partial<Record<Dimension, string>>;

/** The values of the schema's enumerations; a test compares them with the schema. */
export const choices = {
  device: ['DESKTOP', 'TABLET', 'PHONE', 'TV', 'KIOSK', 'WATCH', 'VOICE'],
  moment: ['DISCOVER', 'COMPARE', 'BUY', 'ONBOARD', 'USE', 'TROUBLESHOOT', 'RENEW'],
  publication: ['PAGE', 'CATALOG', 'DATASHEET', 'INSTRUCTIONS', 'LABEL', 'FLYER'],
  medium: ['TEXT', 'HYPERTEXT', 'IMAGE', 'VIDEO', 'AUDIO'],
  format: ['WEB', 'APP', 'PDF', 'PAPER', 'EMAIL', 'MULTIMEDIA'],
} as const satisfies Partial<Record<Dimension, readonly string[]>>;

/** A mistake in the bar that the page finds itself, before anything is sent. */
export class ContextMistake extends Error {}

/** The `extensions.context` of a request; undefined where nothing is said. */
export function toExtension(context: Context): Record<string, unknown> | undefined {
  const said: Record<string, unknown> = {};
  for (const dimension of dimensions) {
    const value = context[dimension]?.trim();
    if (!value) continue;
    if (dimension === 'preview') {
      if (value === 'true') said.preview = true;
    } else {
      said[dimension] = dimension === 'traits' ? traits(value) : value;
    }
  }
  return Object.keys(said).length > 0 ? said : undefined;
}

function traits(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ContextMistake('Traits: a JSON object is expected, such as {"plan": "pro"}.');
  }
}

/** The context that an object of JSON says; what the bar does not know is left out. */
export function fromExtension(said: unknown): Context {
  const context: Context = {};
  if (!isObject(said)) return context;
  for (const dimension of dimensions) {
    const value = said[dimension];
    if (value === undefined || value === null) continue;
    context[dimension] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return context;
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A context in few words. */
export function describe(context: Context): string {
  const words = dimensions.flatMap((dimension) => {
    const value = context[dimension];
    return value ? [dimension === 'preview' ? 'with drafts' : value] : [];
  });
  return words.length > 0 ? words.join(' · ') : 'nothing said';
}
