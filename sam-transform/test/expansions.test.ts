import { describe, expect, it } from 'vitest';
import { expand, fixture, FIXTURES } from './fixtures.ts';

// What is written in `expansions/` was compared with SAM's own translator by `npm run test:sam`; `vitest -u` writes it anew.
describe('the expansion of', () => {
  it.each(FIXTURES)('%s is as it was', async (name) => {
    const { template, errors } = expand(fixture(name));
    // One fixture is of what SAM does not take.
    expect(errors === undefined).toBe(name !== 'invalid');
    await expect(`${JSON.stringify(template ?? errors, null, 1)}\n`).toMatchFileSnapshot(`expansions/${name}.json`);
  });
});
