/**
 * A text whose lines are at most so wide: they break between words, and what follows is indented as far as the line and two more. A word
 * that is wider (a link) is left whole, so that it can be copied.
 * @param columns 0 where the terminal does not know
 */
export function wrapWords(text: string, columns: number): string {
  if (columns === 0) return text;
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/(?<=\S) (?=\S)/)) {
    const isFirst = current.trim() === '';
    if (!isFirst && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current];
}
