import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarios } from '../../local/scenarios/all.ts';

it('CONTRIBUTING.md names every scenario', () => {
  const readme = readFileSync('CONTRIBUTING.md', 'utf8');
  expect(scenarios.map(({ name }) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
