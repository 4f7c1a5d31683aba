// The editor's workers come without types of their own.
declare module 'monaco-editor/esm/vs/editor/editor.worker.js?worker' {
  const worker: new () => Worker;
  export default worker;
}
declare module 'monaco-editor/esm/vs/language/json/json.worker.js?worker' {
  const worker: new () => Worker;
  export default worker;
}
declare module 'monaco-graphql/esm/graphql.worker.js?worker' {
  const worker: new () => Worker;
  export default worker;
}

interface Window {
  MonacoEnvironment?: { getWorker(id: string, label: string): Worker };
}
