import { useEffect, useId, useState } from 'react';

interface Field {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** One of a list; '' is none of them. A value that is not in the list is shown all the same. */
export function Choice({ label, value, onChange, options, unsaid }: Field & { options: { value: string; text: string }[]; unsaid: string }) {
  const id = useId();
  const strange = value !== '' && !options.some((option) => option.value === value);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{unsaid}</option>
        {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
        {strange && <option value={value}>{value}</option>}
      </select>
    </div>
  );
}

interface TextField extends Field {
  suggestions?: string[];
  placeholder?: string;
  type?: 'text' | 'password';
  width?: string;
}

/** A text. It is handed on when it is done: by Enter, on leaving the field, or when a suggestion is taken. */
export function Text({ label, value, onChange, suggestions = [], placeholder, type = 'text', width }: TextField) {
  const id = useId();
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (text: string) => {
    if (text !== value) onChange(text);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} type={type} value={draft} placeholder={placeholder} style={width ? { width } : undefined}
        list={suggestions.length > 0 ? `${id}-list` : undefined} autoComplete="off" autoCapitalize="off" spellCheck={false}
        onChange={(event) => {
          setDraft(event.target.value);
          if (suggestions.includes(event.target.value)) commit(event.target.value);
        }}
        onBlur={() => commit(draft)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(draft);
        }}
      />
      {suggestions.length > 0 && (
        <datalist id={`${id}-list`}>
          {suggestions.map((one) => <option key={one} value={one} />)}
        </datalist>
      )}
    </div>
  );
}
