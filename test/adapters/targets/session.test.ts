import { describe, expect, it } from 'vitest';
import { sessionName } from '../../../adapters/targets/session.ts';

describe('a session in a target', () => {
  it('carries the release, whole where it fits, else told apart by its digest', () => {
    expect(sessionName('orders-1.4.2-a1')).toBe('orders-1.4.2-a1');
    const [one, two] = ['1', '2'].map((attempt) => sessionName(`${'s'.repeat(30)}-${'1'.repeat(40)}-a${attempt}`));
    expect(one).toHaveLength(64);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});
