import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fieldsPage } from '../../scripts/fields-page.ts';

it.each(['docs/manifest.md', 'docs/policy.md'] as const)('%s is what `npm run schemas` makes', (page) => {
  expect(readFileSync(page, 'utf8')).toBe(fieldsPage(page));
});

it('says of each field what it means, and gives an example', () => {
  const page = fieldsPage('docs/policy.md');
  expect(page).toMatch(/^\| `environments\.\*\.onFailure` \| .+ One of `rollBackAll`, .+ \| `"\w+"` \|$/m);
  expect(page.split('\n').filter((line) => /^\| `/.test(line)).length).toBeGreaterThan(60);
});
