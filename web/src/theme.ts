import { useEffect, useState } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const place = 'unisono:theme';

/** The theme that the person chose, kept in this browser; `system` follows it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => themes.find((one) => one === localStorage.getItem(place)) ?? 'system');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(place, theme);
  }, [theme]);
  return [theme, setTheme];
}
