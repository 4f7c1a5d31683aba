import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JSONWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

// The editor's workers are files of this page, so that the Content-Security-Policy can forbid all others. This module must be loaded before the
// editor is.
const workers: Record<string, new () => Worker> = { json: JSONWorker, graphql: GraphQLWorker };

window.MonacoEnvironment = {
  getWorker: (_id, label) => new (workers[label] ?? EditorWorker)(),
};
