import type { ReactNode } from 'react';
import { choices, type Context, type Dimension } from './context';
import { Choice, Text } from './fields';
import { mayPreview, settled, type Known } from './reader';

interface BarProps {
  label: string;
  context: Context;
  onChange: (context: Context) => void;
  known: Known;
  children?: ReactNode;
}

const names: Record<keyof typeof choices, string> = {
  device: 'Device', moment: 'Moment', publication: 'Publication', medium: 'Medium', format: 'Format',
};

/** The context of the requests: what the reader may choose, and what became of it. */
export function ContextBar({ label, context, onChange, known, children }: BarProps) {
  const { reader } = known;
  const set = (dimension: Dimension) => (value: string) => onChange({ ...context, [dimension]: value });
  const unsaid = (dimension: Dimension) => {
    const found = reader && !context[dimension] ? settled(reader, dimension) : undefined;
    return found && !known.mistake ? `${found.value} (from ${found.source})` : 'not said';
  };
  const enumeration = (dimension: keyof typeof choices) => (
    <Choice key={dimension} label={names[dimension]} value={context[dimension] ?? ''} onChange={set(dimension)} unsaid={unsaid(dimension)}
      options={choices[dimension].map((value) => ({ value, text: value }))} />
  );
  const channel = reader?.channels.find((one) => one.key === (context.channel || reader.context.channel.key));
  return (
    <form className="bar" aria-label={label} onSubmit={(event) => event.preventDefault()}>
      <div className="fields">
        <Choice label="Channel" value={context.channel ?? ''} onChange={set('channel')} unsaid={unsaid('channel')} options={keyed(reader?.channels)} />
        <Choice label="Audience" value={context.audience ?? ''} onChange={set('audience')} unsaid={unsaid('audience')} options={keyed(reader?.audiences)} />
        <Text label="Language" value={context.locale ?? ''} onChange={set('locale')} suggestions={channel?.locales ?? []} placeholder={reader?.context.locale} width="6rem" />
        <Text label="Market" value={context.market ?? ''} onChange={(value) => set('market')(value.toUpperCase())} suggestions={reader?.caller.markets ?? []}
          placeholder={reader?.context.market ?? 'DK'} width="5rem" />
        {enumeration('device')}
        {enumeration('moment')}
        {enumeration('publication')}
        {children}
      </div>
      <details className="more">
        <summary>More dimensions</summary>
        <div className="fields">
          {enumeration('medium')}
          {enumeration('format')}
          <Text label="Traits (JSON)" value={context.traits ?? ''} onChange={set('traits')} placeholder='{"plan": "pro"}' width="14rem" />
          {(mayPreview(reader) || context.at || context.preview === 'true') && <>
            <Text label="Point in time" value={context.at ?? ''} onChange={set('at')} placeholder="2026-12-01T00:00:00+01:00" width="15rem" />
            <div className="field check">
              <label><input type="checkbox" checked={context.preview === 'true'} onChange={(event) => set('preview')(event.target.checked ? 'true' : '')} /> With drafts</label>
            </div>
          </>}
        </div>
      </details>
      <Outcome known={known} />
    </form>
  );
}

function keyed(list: { key: string; name: string }[] | undefined): { value: string; text: string }[] {
  return (list ?? []).map((one) => ({ value: one.key, text: one.name === one.key ? one.key : `${one.key} – ${one.name}` }));
}

const shown: Dimension[] = ['channel', 'audience', 'locale', 'market', 'device', 'moment', 'publication', 'medium', 'format'];

/** In which context the gateway answers, or why it does not. */
function Outcome({ known: { reader, mistake } }: { known: Known }) {
  return (
    <p className="outcome" role="status">
      {mistake && <span className="mistake">{mistake}</span>}
      {!mistake && reader && <>
        Answered for {reader.caller.name}:{' '}
        {shown.flatMap((dimension) => {
          const found = settled(reader, dimension);
          return found ? [<span key={dimension} className="part" title={`${dimension}, said by ${found.source}`}>{found.value}</span>] : [];
        })}
        {reader.context.preview && <span className="part">with drafts</span>}
      </>}
    </p>
  );
}
