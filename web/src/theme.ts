import { useEffect, useState } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** What a theme looks like. */
export type Shade = 'light' | 'dark';

const place = 'unisono:theme';
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

/** The theme that the person chose, kept in this browser, and what it looks like; `system` follows the system. */
export function useTheme(): { theme: Theme; shade: Shade; choose: (theme: Theme) => void } {
  const [theme, choose] = useState<Theme>(() => themes.find((one) => one === localStorage.getItem(place)) ?? 'system');
  const [isSystemDark, setSystemDark] = useState(darkSystem.matches);
  useEffect(() => {
    const follow = () => setSystemDark(darkSystem.matches);
    darkSystem.addEventListener('change', follow);
    return () => darkSystem.removeEventListener('change', follow);
  }, []);
  const isDark = theme === 'system' ? isSystemDark : theme === 'dark';
  const shade = isDark ? 'dark' : 'light';
  useEffect(() => {
    document.documentElement.dataset.theme = shade;
    localStorage.setItem(place, theme);
  }, [theme, shade]);
  return { theme, shade, choose };
}
