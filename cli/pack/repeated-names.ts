import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { readUtf8 } from '../../core/artifact/json-text.ts';
import { artifactLimits as limits } from '../../core/artifact/limits.ts';
import { listFew } from '../../core/template/ways-in/around.ts';

/**
 * What to tell of a template in which names are given twice in one map. CloudFormation and SAM take what is given last, and so does an
 * artifact; mostly nobody meant it.
 * @param path of the file, JSON or YAML
 */
export function repeatedNameNotes(path: string): string[] {
  const bytes = readFileSync(path);
  const text = bytes.length > limits.templateBytes ? undefined : readUtf8(bytes);
  const lines = text === undefined ? [] : repeatedLines(text);
  if (lines.length === 0) return [];
  const at = `${lines.length === 1 ? 'line' : 'lines'} ${listFew(lines.map(String))}`;
  return [
    `${basename(path)} gives a name a second time in one map (${at}): CloudFormation goes by the last, and so does the artifact. Keep the one that is meant.`,
  ];
}

/** Lines, counted from 1, that give a name once more. */
function repeatedLines(text: string): number[] {
  const counter = new LineCounter();
  const lines = new Set<number>();
  visit(parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' }), {
    Map: (_, { items }) => {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (names.has(key.value) && key.range) lines.add(counter.linePos(key.range[0]).line);
        names.add(key.value);
      }
    },
  });
  return [...lines].toSorted((one, other) => one - other);
}
