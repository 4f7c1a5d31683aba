import { useEffect, useState } from 'react';
import type { Context } from './context';
import { know, type Known } from './reader';

/** What is known of the reader, asked anew when the context or the key changes; undefined until it is known for the first time. */
export function useKnown(context: Context, key: string): Known | undefined {
  const [known, setKnown] = useState<Known>();
  useEffect(() => {
    const aborted = new AbortController();
    know(key, context, aborted.signal).then(setKnown, (error: unknown) => {
      if (!aborted.signal.aborted) setKnown((last) => ({ ...last, works: last?.works ?? {}, mistake: error instanceof Error ? error.message : String(error) }));
    });
    return () => aborted.abort();
  }, [context, key]);
  return known;
}
