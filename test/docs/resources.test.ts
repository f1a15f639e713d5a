import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { identityKinds, resourceKinds } from '../../core/template/resource-kinds.ts';
import { resourcesPage } from '../../scripts/resources-page.ts';

const committed = readFileSync('docs/resources.md', 'utf8');

it('docs/resources.md is what the list of kinds says (npm run schemas)', () => {
  expect(committed).toBe(resourcesPage());
});

it('docs/resources.md names every kind and type', () => {
  const names = [...resourceKinds, ...identityKinds].flatMap(({ title, types }) => [`| ${title} |`, ...types]);
  expect(names.filter((name) => !committed.includes(name))).toEqual([]);
});
