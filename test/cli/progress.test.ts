import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { growTimeline } from '../../cli/progress.ts';

const BEGUN = '2026-11-20T10:00:00.000Z';
const hash = '0'.repeat(64);
const transition = (type: string, more: Partial<TransitionDocument> = {}): TransitionDocument => ({
  ...{ sequence: 1, type, at: BEGUN, actor: 'sluice', environment: 'production' },
  ...{ from: '', to: '', previousHash: hash, hash },
  ...more,
});
const canary = transition('shiftStarted', { evidence: { rollout: 'Canary10Percent5Minutes' } });

/** What is written to a terminal, or to a file. */
function played(
  isTTY: boolean,
  columns = 100,
  rows = 24,
): { written: () => string; timeline: ReturnType<typeof growTimeline> } {
  const chunks: string[] = [];
  const out = { isTTY, columns, rows, write: (chunk: unknown) => chunks.push(String(chunk)) > 0 };
  const timeline = growTimeline(out, () => Date.now());
  return { written: () => chunks.join(''), timeline };
}

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
  vi.useFakeTimers({ now: Date.parse(BEGUN) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it('writes plain lines where there is no terminal', () => {
  const { written, timeline } = played(false);
  timeline.transition(canary, BEGUN);
  vi.advanceTimersByTime(60_000);
  timeline.transition(transition('shifted', { at: '2026-11-20T10:05:00.000Z' }), BEGUN);
  timeline.rest();
  expect(written().split('\n')).toEqual([
    expect.stringMatching(/^ +0:00 +production +shift started$/),
    '          … Canary10Percent5Minutes in production',
    expect.stringMatching(/^ +5:00 +production +shifted$/),
    '',
  ]);
  expect(written()).not.toContain('\u001b');
});

it('fills a bar below the lines on a terminal, and takes it away at the end', () => {
  const { written, timeline } = played(true);
  timeline.transition(canary, BEGUN);
  expect(written()).toMatch(/▕░{30}▏ 5:00 left of 5:00$/);
  vi.advanceTimersByTime(150_000);
  expect(written()).toMatch(/\r\u001b\[2K {2}Canary10Percent5Minutes in production ▕█{15}░{15}▏ 2:30 left of 5:00$/);
  timeline.transition(transition('shifted', { at: '2026-11-20T10:05:00.000Z' }), BEGUN);
  expect(written()).toMatch(/\r\u001b\[2K +5:00 +production +shifted\n$/);
  timeline.rest();
  vi.advanceTimersByTime(1_000);
  expect(written()).toMatch(/shifted\n$/);
});

it('draws a board in its place, and lines above it', () => {
  const { written, timeline } = played(true);
  let look = 'one look';
  timeline.board(() => [look, 'below']);
  expect(written()).toBe('one look\nbelow');
  timeline.transition(transition('accepted', { environment: '' }), BEGUN);
  const erased = '\r\u001b[2K\u001b[1A\r\u001b[2K';
  expect(written()).toMatch(/^one look\nbelow\r\u001b\[2K\u001b\[1A\r\u001b\[2K +0:00 +accepted\none look\nbelow$/);
  vi.advanceTimersByTime(1_000);
  const before = written();
  look = 'another';
  vi.advanceTimersByTime(1_000);
  // What has not changed is not drawn again, so that nothing flickers.
  expect(written().slice(before.length)).toBe(`${erased}another\nbelow`);
  timeline.rest();
  expect(written()).toMatch(/another\nbelow\r\u001b\[2K\u001b\[1A\r\u001b\[2K$/);
});

it('draws no more lines than the terminal has, and none where there is none', () => {
  const { written, timeline } = played(true, 100, 3);
  timeline.board(() => ['a', 'b', 'c', 'd']);
  timeline.rest();
  expect(written()).toMatch(/^c\nd\r/);
  const plain = played(false);
  plain.timeline.board(() => ['a']);
  expect([plain.timeline.draws, plain.written()]).toEqual([false, '']);
});

it.each([
  [75, /^ {2}Canary10Percent5Minutes in production ▕░+▏ 5:00 left of 5:00$/],
  [50, /^ {2}5:00 left: Canary10Percent5Minutes in producti…$/],
  [12, /^ {2}5:00 left$/],
])('never draws a bar as wide as the terminal, of %d columns, and always the time', (columns, wanted) => {
  const { written, timeline } = played(true, columns);
  timeline.transition(canary, BEGUN);
  const [drawn = ''] = written()
    .split(/[\r\n]/)
    .slice(-1);
  timeline.rest();
  expect(drawn).toMatch(wanted);
  expect(drawn.length).toBeLessThan(columns);
});

it('takes a terminal that says no width for one of 80 columns', () => {
  const { written, timeline } = played(true, 0);
  timeline.line(`${'word '.repeat(20)}end`);
  timeline.rest();
  expect(
    written()
      .split('\n')
      .map((line) => line.length),
  ).toEqual([79, expect.any(Number), 0]);
});

it('breaks lines at the width of a terminal, but for those that are copied', () => {
  const { written, timeline } = played(true, 40);
  const exported = `  export AWS_CONFIG_FILE=/tmp/sluice/${'x'.repeat(30)} AWS_PROFILE=approver`;
  timeline.asItIs(exported);
  timeline.line('a sentence that is longer than forty columns are');
  expect(written()).toBe(`${exported}\na sentence that is longer than forty\n  columns are\n`);
  timeline.rest();
});
