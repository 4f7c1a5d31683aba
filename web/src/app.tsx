import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Fetcher } from '@graphiql/toolkit';
import type { GraphQLSchema } from 'graphql';
import { ask } from './api';
import { ContextBar } from './bar';
import type { Context } from './context';
import { Editor, type EditorHandle } from './editor';
import { examples, type Example } from './examples';
import { Text } from './fields';
import { Header, type View } from './header';
import { fromHash, toHash } from './link';
import { know, type Known } from './reader';
import { useTheme } from './theme';

const keyPlace = 'unisono:key';

/** What is asked with: the context, and the key, which leaves the page in a header alone and is forgotten with the tab. */
interface Setting {
  context: Context;
  key: string;
}

export function App() {
  const [theme, setTheme] = useTheme();
  const [view, setView] = useState<View>('ask');
  const [initial] = useState(() => fromHash(location.hash) ?? { query: examples[0]?.query ?? '', variables: '', context: examples[0]?.context ?? {} });
  const [setting, setSetting] = useState<Setting>({ context: initial.context, key: sessionStorage.getItem(keyPlace) ?? '' });
  const [schema, setSchema] = useState<GraphQLSchema | null | undefined>(null);
  const known = useKnown(setting);
  const editor = useRef<EditorHandle>(null);

  // What the fetcher, which stays one and the same, asks with.
  const latest = useRef({ ...setting, works: {} as Context });
  const change = useCallback((next: Setting) => {
    latest.current = { ...latest.current, ...next };
    sessionStorage.setItem(keyPlace, next.key);
    setSetting(next);
  }, []);
  const fetcher = useMemo<Fetcher>(() => async (params, options) => {
    const { context, key, works } = latest.current;
    const headers = options?.headers as Record<string, string> | undefined;
    const isSchema = params.operationName === 'IntrospectionQuery';
    return await ask({ ...params, operationName: named(params.query, params.operationName), context: isSchema ? works : context, key, headers });
  }, []);

  // A new key may see another schema.
  const works = known?.works;
  const introspected = useRef(setting.key);
  useEffect(() => {
    if (!works) return;
    latest.current.works = works;
    if (introspected.current !== setting.key) {
      introspected.current = setting.key;
      editor.current?.introspect();
    }
  }, [works, setting.key]);

  const keep = useCallback(() => {
    const question = editor.current?.question();
    if (question) history.replaceState(null, '', `${location.pathname}${location.search}${toHash({ ...question, context: latest.current.context })}`);
  }, []);
  useEffect(keep, [keep, setting]);

  const open = (example: Example) => {
    const takesKey = example.key !== '' && known?.reader?.demo && (setting.key === '' || setting.key.startsWith('demo-'));
    change({ context: example.context, key: takesKey ? example.key : setting.key });
    setView('ask');
    editor.current?.show({ query: example.query, variables: '' }, (query) => examples.some((one) => one.query.trim() === query));
    editor.current?.run();
  };

  return (
    <>
      <a className="skip" href="#main">Skip to the editor</a>
      <Header theme={theme} onTheme={setTheme} view={view} onView={setView} onExample={open} isDemo={known?.reader === undefined || known.reader.demo !== null} />
      <ContextBar label="Context" context={setting.context} onChange={(context) => change({ ...setting, context })} known={known ?? { works: {} }}>
        <Text label="API key" type="password" value={setting.key} onChange={(key) => change({ ...setting, key: key.trim() })} placeholder="none" />
      </ContextBar>
      <main id="main" tabIndex={-1} className={view}>
        <div className="ask-view" hidden={view !== 'ask'}>
          {known && <Editor handle={editor} fetcher={fetcher} theme={theme} initial={initial} onEdit={keep} onSchema={setSchema} />}
        </div>
        {schema === undefined && <p>The schema could not be read.</p>}
      </main>
    </>
  );
}

/** The operation's name, where the query has an operation of that name: right after a change the editor still knows the old one. */
function named(query: string, name: string | null | undefined): string | undefined {
  return name && new RegExp(`\\b${name}\\b`).test(query) ? name : undefined;
}

/** What is known of the reader, asked anew when the setting changes; undefined until it is known for the first time. */
function useKnown({ context, key }: Setting): Known | undefined {
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
