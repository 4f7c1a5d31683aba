import { diffArrays } from 'diff';

/** One row of two texts side by side; undefined where the other text has a line more. */
export interface Row {
  left?: string;
  right?: string;
  differs: boolean;
}

/** The lines of two values as formatted JSON, those that are the same beside each other. */
export function sideBySide(left: unknown, right: unknown): Row[] {
  const rows: Row[] = [];
  let removed: string[] = [];
  const flush = (added: string[]) => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) rows.push({ left: removed[i], right: added[i], differs: true });
    removed = [];
  };
  for (const part of diffArrays(linesOf(left), linesOf(right))) {
    if (part.removed) {
      removed = part.value;
    } else if (part.added) {
      flush(part.value);
    } else {
      flush([]);
      for (const line of part.value) rows.push({ left: line, right: line, differs: false });
    }
  }
  flush([]);
  return rows;
}

function linesOf(value: unknown): string[] {
  return (JSON.stringify(value, null, 2) ?? '').split('\n');
}

/** How many lines differ, in words. */
export function differences(rows: Row[]): string {
  const count = rows.filter((row) => row.differs).length;
  if (count === 0) return 'The two answers are the same.';
  return count === 1 ? '1 line differs.' : `${count} lines differ.`;
}
