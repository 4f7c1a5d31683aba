import { useEffect, useId, useRef, useState } from 'react';
import { ask, type Answer } from './api';
import { ContextBar } from './bar';
import { describe, type Context } from './context';
import { useKnown } from './known';
import { differences, sideBySide, type Row } from './sidebyside';

interface Question {
  query: string;
  variables: string;
}

interface CompareProps {
  question: Question;
  onQuestion: (question: Question) => void;
  /** The first context, which is that of the bar above. */
  context: Context;
  other: Context;
  onOther: (other: Context) => void;
  apiKey: string;
}

/** One query in two contexts, side by side, with the differences marked. */
export function Compare({ question, onQuestion, context, other, onOther, apiKey }: CompareProps) {
  const known = useKnown(other, apiKey) ?? { works: {} };
  const id = useId();
  const [compared, setCompared] = useState<{ rows: Row[]; left: string; right: string }>();
  const [mistake, setMistake] = useState('');
  const compare = async () => {
    setMistake(question.query.trim() ? '' : 'There is no query to ask.');
    if (!question.query.trim()) return;
    try {
      const variables: unknown = question.variables.trim() ? JSON.parse(question.variables) : undefined;
      const both = [context, other].map((one) => ask({ query: question.query, variables, context: one, key: apiKey }));
      const [left, right] = await Promise.all(both);
      setCompared({ rows: sideBySide(shown(left), shown(right)), left: describe(context), right: describe(other) });
    } catch (error) {
      setMistake(error instanceof Error ? error.message : String(error));
    }
  };
  const first = useRef(compare);
  useEffect(() => void first.current(), []);
  return (
    <div className="compare-view">
      <ContextBar label="The other context" context={other} onChange={onOther} known={known} />
      <div className="question">
        <div className="field">
          <label htmlFor={`${id}-query`}>Query</label>
          <textarea id={`${id}-query`} rows={8} spellCheck={false} value={question.query} onChange={(event) => onQuestion({ ...question, query: event.target.value })} />
        </div>
        <div className="field">
          <label htmlFor={`${id}-variables`}>Variables (JSON)</label>
          <textarea id={`${id}-variables`} rows={8} spellCheck={false} value={question.variables} onChange={(event) => onQuestion({ ...question, variables: event.target.value })} />
        </div>
      </div>
      <p className="go">
        <button type="button" onClick={() => void compare()}>Ask in both</button>{' '}
        <span role="status" className="differences">{mistake ? <span className="mistake">{mistake}</span> : compared && differences(compared.rows)}</span>
      </p>
      {compared && (
        <div className="answers">
          <Side title="The context above" context={compared.left} rows={compared.rows} side="left" />
          <Side title="The other context" context={compared.right} rows={compared.rows} side="right" />
        </div>
      )}
    </div>
  );
}

/** What of an answer is compared: what stands in it, and not what the gateway says beside it. */
function shown({ data, errors }: Answer = {}): unknown {
  return errors ? { errors, data } : data;
}

function Side({ title, context, rows, side }: { title: string; context: string; rows: Row[]; side: 'left' | 'right' }) {
  const id = useId();
  return (
    <section aria-labelledby={id} tabIndex={0} className="side">
      <h3 id={id}>{title}: <span className="quiet">{context}</span></h3>
      <ol>
        {rows.map((row, index) => (
          <li key={index} className={row.differs ? 'differs' : undefined}>
            {row[side] === undefined ? ' ' : row.differs ? <mark><span className="unseen">differs: </span>{row[side]}</mark> : row[side]}
          </li>
        ))}
      </ol>
    </section>
  );
}
