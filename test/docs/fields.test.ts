import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fieldsPage } from '../../scripts/fields-page.ts';

it.each(['docs/manifest.md', 'docs/policy.md'] as const)('%s is what `npm run schemas` makes', (page) => {
  expect(readFileSync(page, 'utf8')).toBe(fieldsPage(page));
});

it('says of each field what it means, and gives an example', () => {
  const page = fieldsPage('docs/policy.md');
  expect(page).toMatch(/^\| `environments\.\*\.onFailure` \|  \| .+ One of `rollBackAll`, .+ \| `"\w+"` \|$/m);
  expect(page.split('\n').filter((line) => /^\| `/.test(line)).length).toBeGreaterThan(60);
});

it('says which fields are required, and in which form', () => {
  const required = (page: string): Record<string, string> =>
    Object.fromEntries(
      [...page.matchAll(/^\| `([^`]+)` \| (yes|in its form|) \|/gm)].map(([, field = '', told = '']) => [field, told]),
    );
  const policy = required(fieldsPage('docs/policy.md'));
  expect(policy).toMatchObject({
    ...{ services: 'yes', environments: 'yes', people: '', 'services.*.environments': 'yes', 'services.*.stack': '' },
    ...{ 'environments.*.waves': 'yes', 'environments.*.waves[].targets[].region': 'yes' },
    ...{ 'environments.*.bake': '', 'environments.*.approval': '', 'environments.*.approval.from': 'yes' },
    ...{ 'people.*[].name': 'yes', 'people.*[].slack': '', 'environments.*.freeze[].cron': 'in its form' },
  });
  // What git says may be left out of the manifest.
  expect(required(fieldsPage('docs/manifest.md'))).toMatchObject({
    ...{ service: 'yes', version: 'yes', template: 'yes', alarms: '', 'checks.smoke[].invoke': 'in its form' },
  });
});
