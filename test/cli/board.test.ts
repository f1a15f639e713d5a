import { describe, expect, it } from 'vitest';
import type { MeasuredSlice, MeasuredVersion } from '../../core/checks/evidence.ts';
import { describeRelease } from '../../core/contract/api/documents.ts';
import { drawBoard, placeOf, type Shown } from '../../cli/board.ts';
import { paintFor, plain } from '../../cli/paint.ts';
import { wrapLine } from '../../cli/timeline.ts';
import * as s from '../core/samples.ts';

const release = describeRelease(s.productionBaking.head);
const now = Date.parse(s.moment(90));
const shown: Shown = {
  release,
  live: [],
  slices: new Map(),
  verdicts: new Map([[placeOf('production', '333333333333/us-east-1'), '4 checks: 4 passed']]),
  now,
  columns: 80,
  paint: plain,
};

describe('the board', () => {
  it('shows environments in order, and the targets of those where something happens', () => {
    expect(drawBoard(shown)).toEqual([
      'orders-1.4.2-a1  Baking  1:29',
      '  staging     done',
      '  production  baking',
      '    333333333333/us-east-1  checked, 4 checks: 4 passed',
    ]);
  });

  it('shows how many users are on the new version, while they are moved', () => {
    const environments = release.environments.map((one) => ({
      ...one,
      targets: one.targets.map((target) => ({ ...target, phase: 'shifting' as const })),
    }));
    const place = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };
    const serves = [
      { release: 'orders-1.4.1-a1', version: '1.4.1', percent: 90 },
      { release: release.id, version: '1.4.2', percent: 10 },
    ];
    const live = [{ ...place, since: s.moment(0), stackId: 'stack', aliases: [], serves }];
    expect(drawBoard({ ...shown, release: { ...release, environments }, live })).toContain(
      '    333333333333/us-east-1  shifting: 10 % on 1.4.2, 4 checks: 4 passed',
    );
  });

  const answered = (requests: number, errors = 0): MeasuredVersion => ({
    ...{ requests, latencies: {} },
    errors: errors === 0 ? {} : { serverError: errors },
  });
  const slice = (number: number, ...checks: MeasuredSlice['checks']): MeasuredSlice => ({
    ...{ slice: number, at: s.moment(number * 60), checks },
  });
  const check = (weight: number, newVersion: MeasuredVersion, verdict: 'passed' | 'failed' | 'inconclusive') => ({
    ...{ check: 'invoke OrdersFunction', weight, newVersion, oldVersion: answered(90), verdict },
  });
  const place = placeOf('production', '333333333333/us-east-1');
  const measured = [
    slice(1, check(10, answered(20), 'inconclusive')),
    slice(2, check(10, answered(30), 'passed'), { ...check(10, answered(10, 4), 'failed'), check: 'GET ApiUrl/' }),
  ];

  it('shows what each slice of a canary measured of the new version, over all checks, and the worst verdict', () => {
    const lines = drawBoard({ ...shown, slices: new Map([[place, measured]]) });
    expect(lines.slice(-3)).toEqual([
      '      slice  users  requests  errors  verdict so far',
      '          1   10 %        20       0  inconclusive',
      '          2   10 %        40       4  failed',
    ]);
  });

  it('shows the last five of many slices, and no verdict or weight that is not known', () => {
    const many = Array.from({ length: 12 }, (_, index) => slice(index + 1, check(10, answered(5), 'passed')));
    const older = { check: 'GET ApiUrl/', newVersion: answered(7), oldVersion: answered(0) };
    const lines = drawBoard({ ...shown, slices: new Map([[place, [...many, slice(13, older)]]]) });
    const numbers = lines.slice(-6).map((line) => line.trim().split(/ +/)[0]);
    expect(numbers).toEqual(['slice', '9', '10', '11', '12', '13']);
    expect(lines.at(-1)?.trimEnd()).toBe('         13                7       0');
  });

  it('loses nothing of it on a terminal of 40 columns', () => {
    const lines = drawBoard({ ...shown, columns: 40, slices: new Map([[place, measured]]) });
    expect(lines.slice(2)).toEqual([
      '  production  baking',
      '    333333333333/us-east-1',
      '      checked',
      '      4 checks: 4 passed',
      '  1: 10 %, 0/20 failed, inconclusive',
      '  2: 10 %, 4/40 failed, failed',
    ]);
  });

  it('is never as wide as the terminal', () => {
    for (const columns of [20, 40])
      for (const line of drawBoard({ ...shown, columns, slices: new Map([[place, measured]]) }))
        expect(line.length).toBeLessThan(columns);
  });
});

describe('a line of the timeline', () => {
  const line = `    1:05  production   333333333333   us-east-1   rollback started – ${'the alarm Errors fired '.repeat(4)}twice`;

  it('breaks between words in 80 columns, under what comes after the time', () => {
    const lines = wrapLine(line, 80).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const one of lines) expect(one.length).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^ {4}1:05 {2}production {3}333333333333 {3}us-east-1 {3}rollback started – the/);
    for (const one of lines.slice(1)) expect(one).toMatch(/^ {10}\S/);
    expect(lines.join(' ').replace(/ +/g, ' ')).toBe(line.replace(/ +/g, ' '));
  });

  it('stays as it is where it fits, and counts no colours', () => {
    expect(wrapLine('    0:01  received', 80)).toBe('    0:01  received');
    const coloured = `    0:01  ${'\u001b[31mfailed\u001b[39m '.repeat(9)}`.trimEnd();
    expect(wrapLine(coloured, 80)).toBe(coloured);
  });

  it('has no gaps on a terminal of 40 columns', () => {
    const begun = (place: string, what: string): string => `    0:01  ${place.padEnd(38)}  ${what}`;
    expect(wrapLine(begun('', 'ended'), 40)).toBe('    0:01  ended');
    expect(wrapLine(begun('production', 'turn given back'), 40)).toBe('    0:01  production  turn given back');
  });

  it('keeps words that are longer than the terminal whole', () => {
    const arn = `arn:${'x'.repeat(100)}`;
    expect(wrapLine(`    0:01  failed – ${arn} is gone`, 80)).toBe(
      `    0:01  failed –\n          ${arn}\n          is gone`,
    );
  });
});

describe('colours', () => {
  const colour = (isTTY: boolean, wanted = true, environment: NodeJS.ProcessEnv = {}): boolean =>
    paintFor({ isTTY }, wanted, environment)('bad', 'x') !== 'x';

  it('are for terminals, unless somebody wants none', () => {
    expect(colour(true)).toBe(true);
    expect(colour(true, true, { NO_COLOR: '' })).toBe(true);
    expect([
      ...[colour(false), colour(true, false), colour(true, true, { NO_COLOR: '1' })],
      colour(true, true, { TERM: 'dumb' }),
    ]).toEqual([false, false, false, false]);
  });
});

it('wraps other lines under their own beginning, and leaves what is to be copied whole', () => {
  expect(wrapLine('  one two three four', 12)).toBe('  one two\n    three\n    four');
  expect(wrapLine('short\nand a longer line', 12)).toBe('short\nand a longer\n  line');
  const words = `${'word '.repeat(20)}end`;
  expect(wrapLine(words, 80).split('\n')).toEqual([`${'word '.repeat(16).trimEnd()}`, `  ${'word '.repeat(4)}end`]);
  const link = `http://127.0.0.1:1234/${'x'.repeat(90)}`;
  expect(wrapLine(`  ${link}`, 80)).toBe(`  ${link}`);
});
