import { useCallback, useEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import type { Fetcher } from '@graphiql/toolkit';
import type { GraphQLSchema } from 'graphql';
import { ask } from './api';
import { ContextBar } from './bar';
import { Compare } from './compare';
import type { Context } from './context';
import { Editor, type EditorHandle } from './editor';
import { examples, type Example } from './examples';
import { Text } from './fields';
import { Header, type View } from './header';
import { useKnown } from './known';
import { fromHash, toHash } from './link';
import { useTheme } from './theme';
import { Why, type Asked } from './why';

const keyPlace = 'unisono:key';

/** What is asked with: the context, and the key, which leaves the page in a header alone and is forgotten with the tab. */
interface Setting {
  context: Context;
  key: string;
}

export function App() {
  const { theme, shade, choose } = useTheme();
  const [view, setView] = useState<View>('ask');
  const [initial] = useState(() => fromHash(location.hash) ?? { query: examples[0]?.query ?? '', variables: '', context: examples[0]?.context ?? {} });
  const [setting, setSetting] = useState<Setting>({ context: initial.context, key: sessionStorage.getItem(keyPlace) ?? '' });
  const [schema, setSchema] = useState<GraphQLSchema | null | undefined>(null);
  const [asked, setAsked] = useState<Asked>();
  const [showsWhy, setShowsWhy] = useState(true);
  const known = useKnown(setting.context, setting.key);
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
    const question = { ...params, operationName: named(params.query, params.operationName), context: isSchema ? works : context, key, headers };
    const answer = await ask(question);
    if (!isSchema) setAsked((last) => ({ ...question, at: (last?.at ?? 0) + 1 }));
    return answer;
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
  useEffect(() => {
    const follow = () => location.reload(); // a link that is pasted over this one opens as in a new tab
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  // Comparing has a plain field for the query; what is changed there is in the editor afterwards.
  const [compared, setCompared] = useState({ query: '', variables: '' });
  const [other, setOther] = useState<Context>();
  const turn = (next: View) => {
    if (next === 'compare' && view === 'ask') {
      setCompared(editor.current?.question() ?? initial);
      setOther((last) => last ?? anotherLanguage(setting.context, known?.reader?.channels.flatMap((channel) => channel.locales) ?? []));
    }
    if (next === 'ask' && view === 'compare') editor.current?.show(compared, () => true);
    setView(next);
  };

  const open = (example: Example) => {
    const takesKey = example.key !== '' && known?.reader?.demo && (setting.key === '' || setting.key.startsWith('demo-'));
    change({ context: example.context, key: takesKey ? example.key : setting.key });
    setView('ask');
    editor.current?.show({ query: example.query, variables: '' }, (query) => examples.some((one) => one.query.trim() === query));
    editor.current?.run();
  };

  return (
    <>
      <a className="skip" href="#main" onClick={skip}>Skip to the editor</a>
      <Header theme={theme} onTheme={choose} view={view} onView={turn} showsWhy={showsWhy} onWhy={setShowsWhy} onExample={open} isDemo={known?.reader === undefined || known.reader.demo !== null} />
      <ContextBar label="Context" context={setting.context} onChange={(context) => change({ ...setting, context })} known={known ?? { works: {} }}>
        <Text label="API key" type="password" value={setting.key} onChange={(key) => change({ ...setting, key: key.trim() })} placeholder="none" width="9rem" />
      </ContextBar>
      <main id="main" tabIndex={-1} className={view}>
        <div className="ask-view" hidden={view !== 'ask'}>
          {known && <Editor handle={editor} fetcher={fetcher} theme={shade} initial={initial} onEdit={keep} onSchema={setSchema} />}
          {showsWhy && <Why asked={asked} schema={schema} />}
        </div>
        {view === 'compare' && (
          <Compare question={compared} onQuestion={setCompared} context={setting.context} other={other ?? {}} onOther={setOther} apiKey={setting.key} />
        )}
      </main>
    </>
  );
}

/** Goes to the editor, and leaves the address, which keeps the question, as it is. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/** The operation's name, where the query has an operation of that name: right after a change the editor still knows the old one. */
function named(query: string, name: string | null | undefined): string | undefined {
  return name && new RegExp(`\\b${name}\\b`).test(query) ? name : undefined;
}

/** A context that differs from another in its language, so that there is something to compare. */
function anotherLanguage(context: Context, locales: string[]): Context {
  const locale = locales.find((one) => one !== context.locale);
  return locale ? { ...context, locale } : context;
}
