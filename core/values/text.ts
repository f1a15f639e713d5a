import * as z from 'zod';

/**
 * Texts from outside, and texts for people. A control or formatting character acts on a terminal, breaks a line of a mail, turns
 * the direction of what follows, or hides: none of them belongs into a name or a sentence. Variation selectors alone, which give
 * an emoji its colour, are let through.
 */
const unsafe =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/u;
const everyUnsafe = new RegExp(unsafe.source, 'gu');
const lineBreaks = /[\t\n\r]/g;

/** The first character that does not belong into a text, such as `U+202E`. @param lines tabs and line breaks do */
export function firstUnsafe(text: string, lines = false): string | undefined {
  const [found] = unsafe.exec(lines ? text.replace(lineBreaks, ' ') : text) ?? [];
  const number = found?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return number === undefined ? undefined : `U+${number}`;
}

/** The text with what acts, hides or breaks the line made visible: `\u{202e}`. */
export function visibleLine(text: string): string {
  return text.replace(everyUnsafe, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

/**
 * A text of a person, of one or several lines, which end as `\n`, whatever a browser (`\r\n`) or a terminal sends; without blanks at the
 * ends of lines, and with one empty line between two at most.
 */
export function tidyLines(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Lines that a person gave, tidied. */
export const plainLines = z
  .string()
  .overwrite(tidyLines)
  .refine((text) => firstUnsafe(text, true) === undefined, 'must be without control or invisible characters');

/** A text of several lines as one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** `approvalPending` as people say it: `approval pending`. */
export function inWords(name: string): string {
  return name.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The same as `visibleLine` for a text of several lines, whose line breaks were written by Sluice itself. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleLine).join('\n');
}

/** Every text of a JSON document as one visible line, names of members included. A reason may have lines: they follow one another. */
export function visibleDocument<T>(value: T): T;
export function visibleDocument(value: unknown): unknown {
  if (typeof value === 'string') return visibleLine(value);
  if (Array.isArray(value)) return value.map((item) => visibleDocument<unknown>(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      visibleLine(name),
      visibleDocument<unknown>(name === 'reason' && typeof item === 'string' ? oneLine(item) : item),
    ]),
  );
}

/** JSON of a document that a terminal may show, with nothing lost: what acts or hides is written as JSON's own escapes. */
export function visibleJson(document: unknown, indent?: number): string {
  const units = (sign: string): string =>
    sign === '\n' ? sign : sign.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return JSON.stringify(document, undefined, indent).replace(everyUnsafe, units);
}

/** At most `length` UTF-16 code units of a text; `…` stands for the rest. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${beginningOf(text, length - 1)}…`;
}

/** The first `length` UTF-16 code units of a longer text, or a few less: cut between characters as people see them. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let end = 0;
  for (const { index } of characters.segment(text.slice(0, length + LONGEST_CHARACTER))) {
    if (index > length) break;
    end = index;
  }
  // A character that is longer than the whole length is no honest one: at least no half of a code point is left.
  return end === 0 ? text.slice(0, length).replace(/[\ud800-\udbff]$/, '') : text.slice(0, end);
}

/** More code units than any character that people write: what lies beyond does not move the cut. */
const LONGEST_CHARACTER = 100;
