import type { WriteStream } from 'node:tty';
import Table from 'cli-table3';
import { visibleDocument, visibleJson, visibleLines } from '../core/values/text.ts';
import { paintFor, type Paint } from './paint.ts';

/** Prints a command's result: one JSON document with `--json`, lines for people otherwise. */
export interface Output {
  /** The command's one result. `lines` is what a person reads, made of the document in which every text is one visible line. */
  result<T>(document: T, lines: (shown: T) => string): void;
  /** Is the result one JSON document? */
  readonly json: boolean;
  /** Does a person read the result at a terminal? */
  readonly terminal: boolean;
  /** A sentence for people beside the result, on standard error. */
  note(sentence: string): void;
  /** Where progress is printed, for people: with `--json` standard error. */
  readonly progress: WriteStream;
  /** Colours of what is printed for people. */
  readonly paint: Paint;
}

/** @param colour whether colours are wanted where there is a terminal */
export function createOutput(json: boolean, colour = true): Output {
  return {
    result: (document, lines) =>
      void process.stdout.write(`${json ? visibleJson(document, 2) : lines(visibleDocument(document))}\n`),
    json,
    terminal: !json && process.stdout.isTTY,
    note: (sentence) => void process.stderr.write(`${visibleLines(sentence)}\n`),
    progress: json ? process.stderr : process.stdout,
    paint: paintFor(json ? process.stderr : process.stdout, colour, process.env),
  };
}

/**
 * A plain table without borders. Where the terminal is not as wide, each row is a block of lines, one for each column: no value is torn.
 * @param columns of the terminal; undefined where there is none
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  const drawn = drawTable(head, rows);
  const fits = columns === undefined || columns === 0 || drawn.split('\n').every((line) => line.length <= columns);
  return fits ? drawn : rows.map((row) => drawTable([], blockOf(head, row))).join('\n\n');
}

/** A row with the name of the column before each value that it has. */
function blockOf(head: readonly string[], row: readonly string[]): string[][] {
  return row.flatMap((value, index) => (value === '' ? [] : [[head[index] ?? '', value]]));
}

function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = Object.fromEntries(BORDERS.map((border) => [border, '']));
  const drawn = new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) drawn.push([...row]);
  return drawn.toString().replace(/ +$/gm, '');
}

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
];
