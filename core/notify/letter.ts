import { visibleLine } from '../values/text.ts';

/** A part of a message to a person: a sentence, what belongs to a title, or a link. */
export type Paragraph =
  | string
  | { readonly title: string; readonly items: readonly Item[] }
  | { readonly label: string; readonly link: string };

/** A line of a list, with a page on the web where one is known. */
interface Item {
  readonly text: string;
  readonly link?: string;
}

/** A message in both of its forms. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Writes a message, in one place for e-mails and pages: whatever its parts quote stays within its line, acts on nothing, and is no
 * HTML.
 */
export function writeLetter(subject: string, paragraphs: readonly Paragraph[]): Letter {
  return {
    subject: visibleLine(subject),
    text: paragraphs.map(textOf).join('\n\n'),
    html: framed(subject, paragraphs.map(headed).join('\n')),
  };
}

/** A whole document: a program that reads aloud knows its language, and a digest makes no telephone's screen wider. */
function framed(subject: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title>`;
  const style = 'max-width:40rem;margin:0 auto;padding:1rem;font:16px/1.5 sans-serif;overflow-wrap:anywhere';
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body><main style="${style}">\n${body}\n</main></body></html>`;
}

/**
 * As many paragraphs, and lines of the last of them, as both forms of a message have room for; what stands at its end, and how much
 * there was no room for.
 * @param bytes of both forms together, the end included
 * @param left lines that were left out before
 */
export function fitParagraphs(
  paragraphs: readonly Paragraph[],
  end: readonly Paragraph[],
  bytes: number,
  left: number,
): Paragraph[] {
  let room = bytes - [...end, moreLines(Number.MAX_SAFE_INTEGER)].reduce((sum, one) => sum + bytesOf(one), 0);
  let missing = left;
  const kept: Paragraph[] = [];
  for (const paragraph of paragraphs) {
    const fitting = fit(paragraph, room);
    missing += linesOf(paragraph) - (fitting === undefined ? 0 : linesOf(fitting));
    // What comes after something that was cut would look as if it were all.
    room = fitting === undefined || linesOf(fitting) < linesOf(paragraph) ? 0 : room - bytesOf(fitting);
    if (fitting !== undefined) kept.push(fitting);
  }
  return missing === 0 ? [...kept, ...end] : [...kept, moreLines(missing), ...end];
}

function moreLines(count: number): string {
  return `… and ${count} more: the page and the API have them.`;
}

function linesOf(paragraph: Paragraph): number {
  return typeof paragraph === 'object' && 'items' in paragraph ? paragraph.items.length : 1;
}

function fit(paragraph: Paragraph, room: number): Paragraph | undefined {
  if (bytesOf(paragraph) <= room) return paragraph;
  if (typeof paragraph === 'string' || 'link' in paragraph) return undefined;
  const items: Item[] = [];
  for (const item of paragraph.items) {
    if (bytesOf({ ...paragraph, items: [...items, item] }) > room) break;
    items.push(item);
  }
  return items.length === 0 ? undefined : { ...paragraph, items };
}

function bytesOf(paragraph: Paragraph): number {
  return Buffer.byteLength(textOf(paragraph)) + Buffer.byteLength(htmlOf(paragraph));
}

function textOf(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return visibleLine(paragraph);
  if ('link' in paragraph) return `${visibleLine(paragraph.label)}:\n${visibleLine(paragraph.link)}`;
  return [
    visibleLine(paragraph.title),
    ...paragraph.items.map(({ text, link }) => `  - ${visibleLine(link === undefined ? text : `${text}: ${link}`)}`),
  ].join('\n');
}

function htmlOf(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return `<p>${escapeHtml(paragraph)}</p>`;
  if ('link' in paragraph) return `<p>${linkOf(paragraph.link, paragraph.label)}</p>`;
  const items = paragraph.items.map(
    ({ text, link }) => `<li>${link === undefined ? escapeHtml(text) : linkOf(link, text)}</li>`,
  );
  return `<p>${escapeHtml(paragraph.title)}</p>\n<ul>${items.join('')}</ul>`;
}

/** What a message begins with is its heading, by which programs that read aloud find it. */
function headed(paragraph: Paragraph, index: number): string {
  if (index > 0 || typeof paragraph !== 'string') return htmlOf(paragraph);
  return `<h1 style="font-size:1.2rem">${escapeHtml(paragraph)}</h1>`;
}

function linkOf(link: string, label: string): string {
  return `<a href="${escapeHtml(link)}">${escapeHtml(label)}</a>`;
}

function escapeHtml(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
