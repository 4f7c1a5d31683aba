import { useRef } from 'react';
import { examples, type Example } from './examples';
import { themes, type Theme } from './theme';

export type View = 'ask' | 'compare';

interface HeaderProps {
  theme: Theme;
  onTheme: (theme: Theme) => void;
  view: View;
  onView: (view: View) => void;
  onExample: (example: Example) => void;
  showsWhy: boolean;
  onWhy: (shows: boolean) => void;
  isDemo: boolean;
}

export function Header({ theme, onTheme, view, onView, showsWhy, onWhy, onExample, isDemo }: HeaderProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current) menu.current.open = false;
    menu.current?.querySelector('summary')?.focus();
  };
  return (
    <header>
      <h1>Unisono</h1>
      <details className="menu" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close()}>
        <summary>Examples</summary>
        <div className="popup">
          {!isDemo && <p>These speak of the demo catalogue, which this gateway does not have.</p>}
          <ul>
            {examples.map((example) => (
              <li key={example.file}>
                <button type="button" onClick={() => { close(); onExample(example); }}>
                  {example.task}{example.key && <small> {example.key}</small>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      </details>
      <div className="views" role="group" aria-label="View">
        <button type="button" aria-pressed={view === 'ask'} onClick={() => onView('ask')}>Ask</button>
        <button type="button" aria-pressed={view === 'compare'} onClick={() => onView('compare')}>Compare</button>
      </div>
      {view === 'ask' && <button type="button" aria-pressed={showsWhy} onClick={() => onWhy(!showsWhy)}>Why</button>}
      <label className="theme">Theme{' '}
        <select value={theme} onChange={(event) => onTheme(themes.find((one) => one === event.target.value) ?? 'system')}>
          {themes.map((one) => <option key={one}>{one}</option>)}
        </select>
      </label>
    </header>
  );
}
