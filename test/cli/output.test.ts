import { afterEach, expect, it, vi } from 'vitest';
import { createOutput, table } from '../../cli/output.ts';
import { timelineLine } from '../../cli/timeline.ts';

const hostile = 'Dana\n\u001b]8;;https://evil.example\u0007Approved\u202e\u200b\u009b2J';
const acts = /[\p{Cc}\p{Cf}]/u;

afterEach(() => void vi.restoreAllMocks());

function printed(json: boolean, document: object, lines: (shown: { author: string }) => string): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  createOutput(json).result({ author: hostile, ...document }, lines);
  vi.restoreAllMocks();
  return text;
}

it('prints what somebody wrote as one line that does nothing to the terminal', () => {
  const text = printed(false, {}, ({ author }) => table(['author'], [[author]]));
  expect(text.split('\n')).toHaveLength(3);
  expect(text.replaceAll('\n', '')).not.toMatch(acts);
  expect(text).toContain('Dana\\u{a}\\u{1b}]8;;');
});

it('tears no value where the terminal is not as wide as the table', () => {
  const [head, row] = [
    ['release', 'status', 'author'],
    ['orders-1.4.2-a1', 'AwaitingApproval', ''],
  ];
  const wide = 'release          status            author\norders-1.4.2-a1  AwaitingApproval';
  expect(table(head, [row], 80)).toBe(wide);
  expect(table(head, [row])).toBe(wide);
  const block = 'release  orders-1.4.2-a1\nstatus   AwaitingApproval';
  expect(table(head, [row, row], 40)).toBe(`${block}\n\n${block}`);
});

it('prints it as JSON with nothing lost, and as harmless', () => {
  const text = printed(true, {}, () => '');
  expect(JSON.parse(text)).toEqual({ author: hostile });
  expect(text.replaceAll('\n', '')).not.toMatch(acts);
});

it('prints a transition as one line, whatever its reason and evidence quote', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const line = timelineLine({ sequence: 1, type: 'failed', at, actor: 'a', reason: hostile }, at);
  expect(line).not.toMatch(acts);
  expect(line).toContain('failed – Dana \\u{1b}]8;;');
});
