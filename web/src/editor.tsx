import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { GraphiQL } from 'graphiql';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Fetcher } from '@graphiql/toolkit';
import type { GraphQLSchema } from 'graphql';
import { useHistoryByName, useReadableColours, useTabsAsList } from './repair';
import type { Shade } from './theme';

/** What the page does with the editor. */
export interface EditorHandle {
  /** What stands in it; undefined while it is not there yet. */
  question(): { query: string; variables: string } | undefined;
  /** Puts a question into it; what a person wrote there moves to a tab of its own. */
  show(question: { query: string; variables: string }, isOurs: (query: string) => boolean): void;
  run(): void;
  /** Asks for the schema again. */
  introspect(): void;
}

interface EditorProps {
  handle: Ref<EditorHandle>;
  fetcher: Fetcher;
  theme: Shade;
  initial: { query: string; variables: string };
  onEdit: () => void;
  onSchema: (schema: GraphQLSchema | null | undefined) => void;
}

/** GraphiQL: the editor, the answer, the documentation of the schema. */
export function Editor({ handle, fetcher, theme, initial, onEdit, onSchema }: EditorProps) {
  return (
    <GraphiQL
      fetcher={fetcher} storage={sessionStorage} forcedTheme={theme} showPersistHeadersSettings={false} shouldPersistHeaders={false}
      initialQuery={initial.query} initialVariables={initial.variables} defaultEditorToolsVisibility={initial.variables !== ''}
      inputValueDeprecation schemaDescription onEditQuery={onEdit} onEditVariables={onEdit}
    >
      <GraphiQL.Logo><span /></GraphiQL.Logo>
      <Bridge handle={handle} onSchema={onSchema} />
    </GraphiQL>
  );
}

/** Reaches from the page into GraphiQL. */
function Bridge({ handle, onSchema }: Pick<EditorProps, 'handle' | 'onSchema'>) {
  useTabsAsList();
  useHistoryByName();
  useReadableColours();
  const actions = useGraphiQLActions();
  const { queryEditor, variableEditor, responseEditor, schema } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor, variableEditor: state.variableEditor, responseEditor: state.responseEditor, schema: state.schema,
  }));
  useEffect(() => onSchema(schema), [schema, onSchema]);

  // The editor loads after the page; what it is to do by then waits.
  const isReady = queryEditor && variableEditor && responseEditor;
  const waiting = useRef<(() => void)[]>([]);
  useImperativeHandle(handle, () => {
    const then = (what: () => void) => (isReady ? what() : void waiting.current.push(what));
    const made: EditorHandle = {
      question: () => isReady && { query: queryEditor.getValue(), variables: variableEditor.getValue() },
      show: (question, isOurs) => then(() => {
        const { queryEditor, variableEditor } = editors.current;
        const now = queryEditor?.getValue().trim() ?? '';
        if (now && !isOurs(now)) actions.addTab();
        queryEditor?.setValue(question.query);
        variableEditor?.setValue(question.variables);
      }),
      run: () => then(() => void actions.run()),
      introspect: () => void actions.introspect(),
    };
    return made;
  }, [actions, isReady, queryEditor, variableEditor]);
  const editors = useRef({ queryEditor, variableEditor });
  useEffect(() => {
    editors.current = { queryEditor, variableEditor };
    if (isReady) waiting.current.splice(0).forEach((what) => what());
  }, [isReady, queryEditor, variableEditor]);
  return null;
}
