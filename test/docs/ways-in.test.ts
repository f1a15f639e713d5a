import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { links, waysIn } from '../../core/template/ways-in/table.ts';
import { waysInPage } from '../../scripts/ways-in-page.ts';

const committed = readFileSync('docs/ways-in.md', 'utf8');

it('docs/ways-in.md is what the table of ways in says (npm run schemas)', () => {
  expect(committed).toBe(waysInPage());
});

it('docs/ways-in.md names every type', () => {
  expect([...waysIn, ...links].filter(({ type }) => !committed.includes(`\`${type}\``))).toEqual([]);
});
