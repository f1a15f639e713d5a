import { type Problem, recordedProblems, whereabouts } from '../values/problems.ts';
import type { ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { cutText } from '../values/text.ts';
import type { Paragraph } from './letter.ts';

/** Problems that a mail names, and of each so many characters. */
const MOST = 30;
const LINE = 800;

/** What is wrong with an artifact, and what to do now. @param apiUrl base URL of the pages */
export function describeRejection(head: ReleaseHead, events: readonly ReleaseEvent[], apiUrl: string): Paragraph[] {
  const { release, service, version } = head;
  const problems = events.flatMap((event) => (event.type === 'rejected' ? recordedProblems(event.evidence) : []));
  const shown = problems.slice(0, MOST).map(lineOf);
  const more = problems.length - shown.length;
  return [
    `Version ${version} of ${service} was rejected: nothing was deployed.`,
    { title: 'What is wrong', items: more === 0 ? shown : [...shown, { text: `… and ${more} more` }] },
    'Mend it, and drop a new version.',
    { label: 'The release', link: `${apiUrl}/releases/${release}` },
  ];
}

function lineOf(problem: Problem): { text: string } {
  const further = whereabouts(problem);
  return { text: cutText(`${problem.message} (${problem.code}${further === '' ? '' : `, ${further}`})`, LINE) };
}
