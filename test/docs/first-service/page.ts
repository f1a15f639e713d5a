/** What a reader of a page does, one after the other. */
export type Step =
  /** Saves a file: its path from the clone, and its text. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** Changes a file: what goes, which is there once, and what comes in its place. */
  | { readonly kind: 'change'; readonly path: string; readonly from: string; readonly to: string }
  /** Runs a command. */
  | { readonly kind: 'command'; readonly line: string };

/**
 * The steps of a page. A block whose info string has a path is a file; with the language `diff` it is a change of one. In a `console` block each
 * line that begins with `$ ` is a command, and the others are what it prints.
 * @throws Error for a block of another kind: nothing on the page goes unjudged
 */
export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm)].flatMap(([, info = '', text = '']): Step[] => {
    const [language, path] = info.split(' ');
    if (path !== undefined) return [language === 'diff' ? changeOf(path, text) : { kind: 'file', path, text }];
    if (language === 'console' && text.startsWith('$ ')) return commandsOf(text);
    throw new Error(`A block of the page is neither a file nor commands: ${info} ${text}`);
  });
}

function commandsOf(text: string): Step[] {
  const lines = text.split('\n').filter((line) => line.startsWith('$ '));
  return lines.map((line) => ({ kind: 'command', line: line.slice(2) }));
}

function changeOf(path: string, text: string): Step {
  const having = (sign: string): string =>
    text
      .split('\n')
      .filter((line) => line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  return { kind: 'change', path, from: having('-'), to: having('+') };
}
