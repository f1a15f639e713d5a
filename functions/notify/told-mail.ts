import { type Asked, briefOf, questionOf } from '../../core/approval/brief.ts';
import { factsOf } from '../../core/approval/facts.ts';
import { fitParagraphs, type Paragraph } from '../../core/notify/letter.ts';

/** Bytes of both forms together. */
const BYTES = 40_000;

/** The e-mail about an approval to those who are told of it, and do not decide by it. */
export function toldMail(asked: Asked, occasion: 'asked' | 'decided', apiUrl: string, now: string): Paragraph[] {
  const { approval } = asked;
  const brief = briefOf(asked, now);
  const people = approval.people.map(({ name }) => name);
  const first =
    occasion === 'asked'
      ? `${listPeople(people)} ${people.length === 1 ? 'is' : 'are'} asked: ${questionOf(brief)}`
      : `It was decided: ${questionOf(brief)} ${brief.decided}`;
  const facts = factsOf(brief).map(({ label, lines }): Paragraph => ({ title: label, items: lines }));
  const link: Paragraph = { label: 'The release', link: `${apiUrl}/releases/${approval.release}` };
  return fitParagraphs([first, ...facts], [link], BYTES, 0);
}

/** People who are named. */
const NAMED = 5;

function listPeople(names: readonly string[]): string {
  const more = names.length - NAMED;
  const shown = names.slice(0, NAMED).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
