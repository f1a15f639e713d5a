import { describe, expect, it } from 'vitest';
import { formatElapsed, progressBar, timelineLine } from '../../cli/timeline.ts';

describe('the timeline', () => {
  it('shows elapsed time, environment, account, region, state and reason', () => {
    const line = timelineLine(
      {
        sequence: 7,
        type: 'turnGivenBack',
        at: '2026-11-20T10:01:05.000Z',
        actor: 'sluice-gate',
        environment: 'staging',
        target: '222222222222/us-east-1',
        reason: 'all settled',
      },
      '2026-11-20T10:00:00.000Z',
    );
    expect(line).toBe('    1:05  staging      222222222222   us-east-1   turn given back – all settled');
  });

  it('names the person who did something, with the reason, and no function of the engine', () => {
    const at = '2026-11-20T10:00:00.000Z';
    const line = (type: string, actor: string): string =>
      timelineLine({ sequence: 3, type, at, actor, environment: 'production', reason: 'Looks good' }, at);
    expect(line('approved', 'robin@example.com')).toMatch(/approved by robin@example\.com – Looks good$/);
    expect(line('cancelled', 'robin@example.com')).toMatch(/cancelled by robin@example\.com – Looks good$/);
    expect(line('received', 'sluice-receive')).toMatch(/received – Looks good$/);
  });

  it('lists the problems of a rejection, each with its code', () => {
    const transition = { sequence: 2, type: 'rejected', at: '2026-11-20T10:00:01.000Z', actor: 'sluice-validate' };
    const one = { code: 'manifest.unknown-field', path: 'colour', message: 'Remove it.' };
    const other = { code: 'plan.environment-unknown', path: 'rollout.moon', message: 'Correct it.' };
    const lines = (...problems: object[]): string =>
      timelineLine({ ...transition, reason: 'Remove it.', evidence: { problems } }, '2026-11-20T10:00:00.000Z');
    expect(lines(one, other).split('\n')).toEqual([
      expect.stringMatching(/^ +0:01 +rejected – 2 problems$/),
      '          - Remove it. [manifest.unknown-field]',
      '          - Correct it. [plan.environment-unknown]',
    ]);
    expect(lines(one)).toMatch(/rejected – 1 problem\n.*unknown-field/);
    const at = [{ file: 'release.json', line: 3, column: 5, place: 'colour' }];
    expect(lines({ ...one, at })).toContain('(at release.json:3:5 colour; to be mended by the team) [manifest.');
  });

  it('says at the end what serves', () => {
    const transition = { sequence: 9, type: 'ended', at: '2026-11-20T10:00:01.000Z', actor: 'sluice-gate' };
    const serves = [{ environment: 'staging', target: '222222222222/us-east-1', serves: 'nothing' }];
    const lines = timelineLine({ ...transition, evidence: { serves } }, '2026-11-20T10:00:00.000Z').split('\n');
    expect(lines[1]).toBe('          Nothing serves in staging: there was nothing before this release.');
  });

  it('counts hours only when there are any', () => {
    expect(formatElapsed(59_400)).toBe('0:59');
    expect(formatElapsed(3_600_000 + 62_000)).toBe('1:01:02');
  });

  it('fills a bar by the share of time that has passed, and no further', () => {
    const awaited = { label: 'bake', from: 1_000, until: 11_000 };
    expect(progressBar(awaited, 6_000, 10)).toBe('bake ▕█████░░░░░▏ 0:05 left of 0:10');
    expect(progressBar(awaited, 99_000, 10)).toBe('bake ▕██████████▏ 0:00 left of 0:10');
  });
});
