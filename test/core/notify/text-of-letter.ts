import { type Paragraph, writeLetter } from '../../../core/notify/letter.ts';

/** The plain form of a message. */
export function textOfLetter(paragraphs: readonly Paragraph[]): string {
  return writeLetter('x', paragraphs).text;
}
