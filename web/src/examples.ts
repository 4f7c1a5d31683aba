import { fromExtension, type Context } from './context';

/** A question worth asking, with the reader who asks it. */
export interface Example {
  file: string;
  task: string;
  query: string;
  context: Context;
  key: string;
}

// Each file begins with lines that say what it is: "# Task: …", "# Context: {…}", "# Key: …". The rest is the query as the editor shows it.
const head = /^# (Task|Context|Key): (.*)$/;

/** Reads a file of examples. */
export function toExample(file: string, text: string): Example {
  const example: Example = { file, task: file, query: '', context: {}, key: '' };
  const lines = text.split('\n');
  let found = head.exec(lines[0] ?? '');
  for (; found; found = head.exec(lines[0] ?? '')) {
    const value = found[2] ?? '';
    if (found[1] === 'Task') example.task = value;
    if (found[1] === 'Context') example.context = fromExtension(JSON.parse(value));
    if (found[1] === 'Key') example.key = value;
    lines.shift();
  }
  example.query = lines.join('\n').trimStart();
  return example;
}

const files = import.meta.glob<string>('../examples/*.graphql', { query: '?raw', import: 'default', eager: true });

/** All examples, in the order of their files. */
export const examples: Example[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, text]) => toExample(path.replace(/^.*\//, ''), text));
