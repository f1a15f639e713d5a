import { visibleLine } from '../values/text.ts';

/** A part of a message to a person: a sentence, what belongs to a title, or a link. */
export type Paragraph =
  | string
  | { readonly title: string; readonly items: readonly string[] }
  | { readonly label: string; readonly link: string };

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
    html: framed(subject, paragraphs.map(htmlOf).join('\n')),
  };
}

/** A whole document: a program that reads aloud knows its language, and a digest makes no telephone's screen wider. */
function framed(subject: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title>`;
  const style = 'max-width:40rem;margin:0 auto;padding:1rem;font:16px/1.5 sans-serif;overflow-wrap:anywhere';
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body><main style="${style}">\n${body}\n</main></body></html>`;
}

function textOf(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return visibleLine(paragraph);
  if ('link' in paragraph) return `${visibleLine(paragraph.label)}:\n${visibleLine(paragraph.link)}`;
  return [visibleLine(paragraph.title), ...paragraph.items.map((item) => `  - ${visibleLine(item)}`)].join('\n');
}

function htmlOf(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return `<p>${escapeHtml(paragraph)}</p>`;
  if ('link' in paragraph) return `<p><a href="${escapeHtml(paragraph.link)}">${escapeHtml(paragraph.label)}</a></p>`;
  const items = paragraph.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('');
  return `<p>${escapeHtml(paragraph.title)}</p>\n<ul>${items}</ul>`;
}

function escapeHtml(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
