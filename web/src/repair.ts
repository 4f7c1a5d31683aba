import { useEffect } from 'react';
import { useGraphiQL, useMonaco } from '@graphiql/react';

// What GraphiQL and its editor leave to be done for people who do not see well, or not at all.

/** Makes the operations' tabs what they are: a list of buttons of which one is current. As they come, a tab holds buttons, which no reader of screens expects. */
export function useTabsAsList(): void {
  const { tabs, activeTabIndex } = useGraphiQL((state) => ({ tabs: state.tabs, activeTabIndex: state.activeTabIndex }));
  useEffect(() => {
    document.querySelector('.graphiql-tabs')?.setAttribute('role', 'list');
    for (const [index, tab] of document.querySelectorAll('.graphiql-tab').entries()) {
      tab.removeAttribute('aria-selected');
      tab.setAttribute('role', 'listitem');
      tab.querySelector('.graphiql-tab-button')?.setAttribute('aria-current', String(index === activeTabIndex));
    }
  }, [tabs, activeTabIndex]);
}

/** Lets the buttons of the history be called what they say, which is the name of the operation; as they come, all have one name. */
export function useHistoryByName(): void {
  useEffect(() => {
    const plugin = document.querySelector('.graphiql-plugin');
    if (!plugin) return undefined;
    const rename = () => plugin.querySelectorAll('.graphiql-history-item-label').forEach((button) => button.removeAttribute('aria-label'));
    const observer = new MutationObserver(rename);
    observer.observe(plugin, { childList: true, subtree: true });
    rename();
    return () => observer.disconnect();
  }, []);
}

/** Gives comments and the numbers of lines a contrast with which they can be read. */
export function useReadableColours(): void {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    for (const [name, base, line, raised, comment, argument] of [
      ['graphiql-LIGHT', 'vs', '#566173', '#ffffff', '#2f6b1f', '#5a57b8'],
      ['graphiql-DARK', 'vs-dark', '#a9b4c6', '#212a3b', '#9ccb86', '#a9a5ff'],
    ] as const) {
      monaco?.editor.defineTheme(name, {
        base,
        inherit: true,
        colors: {
          'editor.background': '#ffffff00', 'scrollbar.shadow': '#ffffff00',
          'editorLineNumber.foreground': line, 'editorLineNumber.dimmedForeground': line,
          'editorWidget.background': raised, 'editorHoverWidget.background': raised, 'editorSuggestWidget.background': raised, 'menu.background': raised, 'quickInput.background': raised,
        },
        rules: [{ token: 'comment', foreground: comment.slice(1) }, { token: 'argument.identifier.gql', foreground: argument.slice(1) }],
      });
    }
  }, [monaco]);
}
