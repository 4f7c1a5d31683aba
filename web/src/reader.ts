import { ask, faultsOf } from './api';
import type { Context, Dimension } from './context';

/** Who asks, what they may choose, and the context that a request is answered in. */
export interface Reader {
  caller: { name: string; permissions: string[]; markets: string[] | null };
  channels: { key: string; name: string; locales: string[]; defaultLocale: string }[];
  audiences: { key: string; name: string; restricted: boolean }[];
  context: {
    channel: { key: string };
    audience: { key: string };
    locale: string;
    localeChain: string[];
    market: string | null;
    device: string | null;
    moment: string | null;
    publication: string | null;
    medium: string | null;
    format: string | null;
    at: string;
    preview: boolean;
    origins: { dimension: string; source: string }[];
  };
  demo: { id: string } | null;
}

const question = `query Playground {
  caller { name permissions markets }
  channels { key name locales defaultLocale }
  audiences { key name restricted }
  context {
    channel { key } audience { key } locale localeChain market device moment publication medium format at preview
    origins { dimension source }
  }
  demo: product(sku: "LUMA-2") { id }
}`;

/** What is known of the reader. */
export interface Known {
  /** Where `mistake` is set, as a reader who says as little as will do. */
  reader?: Reader;
  /** Why the context that was asked for is not right. */
  mistake?: string;
  /** A context in which the gateway answers. */
  works: Context;
}

/** Asks who is asking. */
export async function know(key: string, context: Context, signal: AbortSignal): Promise<Known> {
  const answer = await ask<Reader>({ query: question, key, context }, signal);
  if (answer.data) return { reader: answer.data, works: context };
  const mistake = faultsOf(answer);
  const works: Context = {};
  for (let tries = 0; tries < 3; tries++) {
    const silent = await ask<Reader>({ query: question, key, context: works }, signal);
    if (silent.data) return { reader: silent.data, mistake, works };
    if (!name(faultsOf(silent), works)) break;
  }
  return { mistake, works };
}

// Where nothing gives a channel or an audience, the error lists those that there are; naming the first shows all.
function name(mistake: string, works: Context): boolean {
  const found = /extensions\.context\.(channel|audience) one of: ([^,\s]+)/.exec(mistake);
  if (!found?.[1] || !found[2]) return false;
  works[found[1] as Dimension] = found[2];
  return true;
}

/** Whether the reader may see drafts and other points in time. */
export function mayPreview(reader: Reader | undefined): boolean {
  return reader?.caller.permissions.includes('preview') ?? false;
}

/** What one dimension was settled to, and what said it, in words. */
export function settled(reader: Reader, dimension: Dimension): { value: string; source: string } | undefined {
  const { context } = reader;
  const values: Partial<Record<Dimension, string | null>> = {
    channel: context.channel.key, audience: context.audience.key, locale: context.localeChain.join(' → '), market: context.market,
    device: context.device, moment: context.moment, publication: context.publication, medium: context.medium, format: context.format,
  };
  const value = values[dimension];
  if (!value) return undefined;
  const origin = context.origins.find((one) => one.dimension === dimension.toUpperCase());
  return { value, source: sources[origin?.source ?? ''] ?? 'the gateway' };
}

const sources: Record<string, string> = {
  ARGUMENT: 'an argument', DIRECTIVE: 'the query', EXTENSION: 'the bar', HEADER: 'the headers', API_KEY: 'the key', CHANNEL_DEFAULT: 'the channel',
  CONFIGURATION: 'the gateway',
};
