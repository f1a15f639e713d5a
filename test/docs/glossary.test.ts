import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shownEnvironmentPhases, shownTargetPhases } from '../../core/release/shown.ts';
import { releaseStatuses } from '../../core/release/status.ts';
import { transitionTable } from '../../core/release/transition-table.ts';

const glossary = readFileSync('docs/glossary.md', 'utf8');

/** The rows of the table under a heading: their cells, without back quotes. */
function rows(heading: string): string[][] {
  const [, section = ''] = glossary.split(`## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const firstOf = (heading: string): string[] => rows(heading).map(([first = '']) => first);

describe('the glossary lists exactly', () => {
  it.each([
    ['Statuses of a release', releaseStatuses],
    ['Phases of an environment', shownEnvironmentPhases],
    ['Phases of a target', shownTargetPhases],
    ['Events', Object.keys(transitionTable)],
  ])('%s', (heading, names) => {
    expect(firstOf(heading).toSorted()).toEqual([...names].toSorted());
  });

  it('a meaning for each', () => {
    const empty = glossary.split('\n').filter((line) => /^\|.*\|\s*\|$/.test(line));
    expect(empty).toEqual([]);
  });
});
