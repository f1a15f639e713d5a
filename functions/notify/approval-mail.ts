import { type Asked, briefOf, questionOf } from '../../core/approval/brief.ts';
import { groupChanges } from '../../core/approval/change-groups.ts';
import { factsOf } from '../../core/approval/facts.ts';
import { previewOf } from '../../core/approval/preview.ts';
import { fitParagraphs, type Paragraph } from '../../core/notify/letter.ts';
import type { Person } from '../../core/policy/policy.ts';

/** Lines of details in a mail; the page has more, and the API all. */
const LINES = 150;
/** Bytes of both forms together, far below what mailers cut (Gmail: 102 KB of HTML) and what SES takes (40 MB). */
const BYTES = 80_000;

/** The e-mail to one approver. Its link only shows the approval; a button on that page decides. @param again it is a reminder */
export function approvalMail(
  asked: Asked,
  person: Person,
  link: string,
  { now, again = false }: { readonly now: string; readonly again?: boolean },
): Paragraph[] {
  const { approval, targets } = asked;
  const brief = briefOf(asked, now);
  const changes = approval.override === undefined ? previewOf(approval, targets) : [];
  const { groups, left } = groupChanges(changes, LINES);
  const first: Paragraph[] = [
    `${again ? 'Reminder: ' : ''}${questionOf(brief)}`,
    `Hello ${person.name}, you are asked to decide before ${approval.deadline.slice(0, 16).replace('T', ' ')} UTC.`,
    { label: 'See the change and decide', link },
  ];
  const facts = factsOf(brief).map(({ label, lines }): Paragraph => ({ title: label, items: lines }));
  const details = groups.flatMap(({ targets: where, parts }): Paragraph[] => [
    `In ${where}:`,
    ...parts.map(({ title, items }): Paragraph => ({ title, items: items.map((text) => ({ text })) })),
  ]);
  const last: Paragraph = `Release ${approval.release}, artifact SHA-256 ${approval.digest}.`;
  return fitParagraphs([...first, ...facts, ...details], [last], BYTES, left);
}
