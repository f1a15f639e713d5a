import { describe, expect, it } from 'vitest';
import { metricsLink } from '../../../core/overview/metrics-link.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import { succeeded } from '../samples.ts';

const target = '333333333333/us-east-1';
const move = { alias: 'Alias', functionName: 'orders-Fn$1', aliasName: 'live', from: '3', to: '4' };
const [shift] = succeeded.events.filter(({ type }) => type === 'shiftStarted');
const started = (moves: Record<string, string>[], rollout = 'Canary10Percent5Minutes'): ReleaseEvent => {
  if (shift?.type !== 'shiftStarted') throw new Error('The sample moves nothing.');
  return { ...shift, target, at: '2026-11-20T10:00:00.000Z', evidence: { rollout, moves } };
};
const over = (type: 'shifted' | 'rollbackStarted', at: string, of = target): ReleaseEvent => {
  if (shift?.type !== 'shiftStarted') throw new Error('The sample moves nothing.');
  return { ...shift, type, target: of, at };
};
const graphOf = (url = ''): string => /#metricsV2\?graph=(.*)$/.exec(url)?.[1] ?? '';

describe('the link to CloudWatch', () => {
  it('shows the alias all along, and both of its versions, from an hour before the shift to an hour after it', () => {
    const link = metricsLink(started([move]), [over('shifted', '2026-11-20T10:07:00.000Z')]);
    expect(link).toMatchObject({ account: '333333333333', region: 'us-east-1' });
    expect(link?.url).toMatch(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#/);
    const ofAlias = "~'FunctionName~'orders-Fn!1~'Resource~'orders-Fn!1*3alive";
    const graph = graphOf(link?.url);
    // As the console writes it: objects and lists in ~(…), text behind ~', other characters as * and their code.
    expect(graph).toMatch(
      /^~\(view~'timeSeries~stacked~false~region~'us-east-1~start~'2026-11-20T09\*3a00\*3a00\.000Z~end~'2026-11-20T11\*3a07/,
    );
    expect(graph).toContain(`~(~'AWS*2fLambda~'Errors${ofAlias}~(stat~'Sum~label~'`);
    for (const version of ['3', '4'])
      expect(graph).toContain(`~(~'AWS*2fLambda~'Errors${ofAlias}~'ExecutedVersion~'${version}~(`);
    expect(graph).toContain("~(label~'All*20moved~value~'2026-11-20T10*3a07*3a00.000Z)");
    expect(graph.split('(')).toHaveLength(graph.split(')').length);
  });

  it('ends after the rollback, where users were taken back', () => {
    const back = over('rollbackStarted', '2026-11-20T10:02:00.000Z');
    const link = metricsLink(started([move]), [
      over('shifted', '2026-11-20T10:01:00.000Z', '222222222222/us-east-1'),
      back,
    ]);
    expect(graphOf(link?.url)).toContain("end~'2026-11-20T11*3a02*3a00.000Z");
    expect(graphOf(link?.url)).toContain("label~'Taken*20back");
  });

  it('is none of a rollout that this engine does not know: the page is shown all the same', () => {
    const moves = [{ functionName: 'orders', aliasName: 'live', from: '1', to: '2' }];
    expect(metricsLink(started(moves), [])).toBeDefined();
    expect(metricsLink(started(moves, 'Exponential2Minutes'), [])).toBeUndefined();
  });

  it('ends an hour after the rollout, while it lasts', () => {
    expect(graphOf(metricsLink(started([move]), [])?.url)).toContain("end~'2026-11-20T11*3a05*3a00.000Z");
  });

  it('says any character of a name by its code', () => {
    const { url = '' } = metricsLink(started([{ ...move, functionName: 'orders-ü€' }]), []) ?? {};
    expect(url).toContain("~'FunctionName~'orders-*fc**20ac~");
  });

  it('has at most five aliases, as an address has an end', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...move, functionName: `orders-Function${index}` }));
    const { url = '' } = metricsLink(started(many), []) ?? {};
    expect(url).toContain('orders-Function4');
    expect(url).not.toContain('orders-Function5');
    expect(url.length).toBeLessThan(8000);
  });

  it.each<[string, ReleaseEvent | undefined]>([
    ['where nothing moves', started([])],
    ['in ledgers of engines that recorded no functions', started([{ alias: 'Alias', from: '3', to: '4' }])],
    ['at other transitions', succeeded.events[0]],
  ])('is not there %s', (_, event) => {
    expect(event === undefined ? 'no event' : metricsLink(event, [])).toBeUndefined();
  });
});
