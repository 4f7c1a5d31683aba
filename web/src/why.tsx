import { useEffect, useState } from 'react';
import type { GraphQLSchema } from 'graphql';
import { ask, faultsOf, type Question } from './api';
import { reasonsIn, withReasons, type FragmentReason, type ProductReason, type Reason } from './explain';

/** A question that was answered. */
export type Asked = Question & { at: number };

type Explained = { state: 'idle' | 'asking' } | { state: 'told'; reasons: Reason[] } | { state: 'failed'; message: string };

/** How many products and fragments are explained; a longer list is for the query itself to ask about. */
const most = 50;

/** Beside the answer: for each product and fragment in it, why it is as it is, and until when. */
export function Why({ asked, schema }: { asked: Asked | undefined; schema: GraphQLSchema | null | undefined }) {
  const explained = useExplained(asked, schema);
  return (
    <aside className="why" aria-labelledby="why-title" tabIndex={0}>
      <h2 id="why-title">Why this variant</h2>
      <div role="status">
        {explained.state === 'idle' && <p>Ask something. For each fragment and product in the answer, the reason is told here.</p>}
        {explained.state === 'asking' && <p>Asking for the reasons…</p>}
        {explained.state === 'failed' && <p className="mistake">{explained.message}</p>}
        {explained.state === 'told' && <p>{counted(explained.reasons)}</p>}
      </div>
      {explained.state === 'told' && (
        <ol>
          {explained.reasons.slice(0, most).map((reason) => (
            <li key={reason.path}>{reason.kind === 'fragment' ? <FragmentWhy reason={reason} /> : <ProductWhy reason={reason} />}</li>
          ))}
        </ol>
      )}
    </aside>
  );
}

function counted(reasons: Reason[]): string {
  if (reasons.length === 0) return 'There is no product and no fragment in the answer.';
  const fragments = reasons.filter((one) => one.kind === 'fragment').length;
  const words = `Fragments: ${fragments}, products: ${reasons.length - fragments}.`;
  return reasons.length > most ? `${words} The first ${most} are explained.` : words;
}

function useExplained(asked: Asked | undefined, schema: GraphQLSchema | null | undefined): Explained {
  const [explained, setExplained] = useState<Explained>({ state: 'idle' });
  useEffect(() => {
    if (!asked) return undefined;
    const aborted = new AbortController();
    explain(asked, schema, aborted.signal, setExplained).catch((error: unknown) => {
      if (!aborted.signal.aborted) setExplained({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
    return () => aborted.abort();
  }, [asked, schema]);
  return explained;
}

async function explain(asked: Asked, schema: GraphQLSchema | null | undefined, signal: AbortSignal, tell: (explained: Explained) => void): Promise<void> {
  if (!schema) {
    tell({ state: 'failed', message: 'The schema is not shown to this reader, and without it the reasons cannot be asked for.' });
    return;
  }
  const query = withReasons(asked.query, asked.operationName, schema);
  if (!query) {
    tell({ state: 'told', reasons: [] });
    return;
  }
  tell({ state: 'asking' });
  const answer = await ask({ ...asked, query }, signal);
  if (answer.data) {
    tell({ state: 'told', reasons: reasonsIn(answer.data) });
  } else {
    tell({ state: 'failed', message: faultsOf(answer) });
  }
}

function FragmentWhy({ reason }: { reason: FragmentReason }) {
  const { selection } = reason;
  return (
    <article>
      <h3>{reason.slot ? `${reason.slot}: ` : ''}{reason.key}</h3>
      <p className="path">{reason.path}</p>
      <p>
        Variant <strong>{selection.variant}</strong>,{' '}
        {selection.matched.length > 0 ? <>because of {words(selection.matched)}.</> : 'which is for everybody.'}
      </p>
      <p>{reason.locale ? <>Language {reason.locale}{reason.isFallback && <strong className="flag"> not the one that was asked for</strong>}.</> : 'It needs no language.'}</p>
      <p>{selection.until ? <>Until <time dateTime={selection.until}>{moment(selection.until)}</time>.</> : 'Time alone does not change it.'}</p>
      {selection.consulted && <p>The choice looked at: {selection.consulted.length > 0 ? words(selection.consulted) : 'nothing'}.</p>}
      {selection.considered ? (
        <details>
          <summary>All variants ({selection.considered.length})</summary>
          <ul>
            {selection.considered.map((candidate) => (
              <li key={candidate.variant}>{candidate.accepted ? '✓' : '✗'} <strong>{candidate.variant}</strong>: {candidate.reason}</li>
            ))}
          </ul>
        </details>
      ) : <p className="quiet">A key with the permission preview is told why the other variants lost.</p>}
    </article>
  );
}

function ProductWhy({ reason }: { reason: ProductReason }) {
  const fallbacks = reason.attributes.filter((attribute) => attribute.isFallback);
  return (
    <article>
      <h3>{reason.key}</h3>
      <p className="path">{reason.path}</p>
      {fallbacks.length === 0
        ? <p>All of its {reason.attributes.length} attributes are in the language that was asked for, or need none.</p>
        : <>
          <p>In <strong className="flag">another language</strong> than was asked for:</p>
          <ul>{fallbacks.map((attribute) => <li key={attribute.key}>{attribute.label} ({attribute.key}): {attribute.locale}</li>)}</ul>
        </>}
    </article>
  );
}

function words(dimensions: string[]): string {
  return dimensions.map((one) => one.toLowerCase()).join(', ');
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });

function moment(at: string): string {
  return format.format(new Date(at));
}
