import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releaseStatuses } from '../../core/release/status.ts';
import { headSchema } from '../../core/release/head.ts';
import { actionsPage, answersOf, sampleHead } from '../../scripts/actions-page.ts';

it('docs/actions.md is what the code answers (npm run schemas)', () => {
  expect(readFileSync('docs/actions.md', 'utf8')).toBe(actionsPage());
});

describe.each(releaseStatuses)('a release that is %s', (status) => {
  it('has an answer to each action', () => {
    expect(headSchema.parse(sampleHead(status))).toMatchObject({ status });
    const cells = Object.values(answersOf(status));
    expect(cells).toHaveLength(4);
    for (const cell of cells) expect(cell).toMatch(/^(– )?[A-Z a-z0-9].{10,}\.$/);
  });
});
