import type { Linked } from '../release/commits.ts';
import { cutText } from '../values/text.ts';
import type { Brief } from './brief.ts';

/** What a person reads before anything else, line by line under a word that says what it is. */
export interface Fact {
  readonly label: string;
  readonly lines: readonly Linked[];
}

/** Lines of one fact. */
const LINES = 12;
/** Of a line, in characters. */
const LINE = 500;

/** The facts of a decision, in the order in which they matter; mail and page have the same. */
export function factsOf(brief: Brief): Fact[] {
  const { inconclusive, twice, version, commits, author, losses, broader, earlier, rollout, decided } = brief;
  const asked = inconclusive === undefined ? [] : [`The checks were inconclusive: ${inconclusive}`];
  const lost = inconclusive === undefined && losses.length === 0 ? ['nothing that Sluice knows of'] : losses;
  const facts: Fact[] = [
    fact('Why you are asked', [...asked, ...twice]),
    fact('Version', [version]),
    { label: 'Commits', lines: [commits] },
    fact('Author', [author]),
    fact('What is lost', lost),
    fact('What becomes broader', broader),
    fact('Earlier environments', earlier),
    fact('Rollout', [rollout]),
    fact('Decided', [decided]),
  ];
  return facts.filter(({ lines }) => lines.length > 0).map(({ label, lines }) => ({ label, lines: fitting(lines) }));
}

function fact(label: string, sentences: readonly string[]): Fact {
  return { label, lines: sentences.map((text) => ({ text })) };
}

function fitting(lines: readonly Linked[]): Linked[] {
  const shown = lines.slice(0, LINES).map((line) => ({ ...line, text: cutText(line.text, LINE) }));
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, { text: `… and ${more} more: see the details` }];
}
