import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AddressRefused } from '../../../adapters/http/addresses.ts';
import { drive } from '../../../functions/verify/load.ts';
import { ask, sampleOf } from '../../../functions/verify/synthetic-traffic.ts';

const wait = async (milliseconds: number): Promise<void> => void (await pause(milliseconds));
const offsets = Array.from({ length: 20 }, (_, index) => index * 10);

describe('synthetic traffic', () => {
  it('does not slow down with the service: its slowness is measured', async () => {
    let most = 0;
    let running = 0;
    const timed = await drive(
      offsets,
      async (index) => {
        running += 1;
        most = Math.max(most, running);
        await wait(150);
        running -= 1;
        return index;
      },
      wait,
    );
    expect(timed.map(({ result }) => result)).toEqual(offsets.map((_, index) => index));
    expect(Math.min(...timed.map(({ milliseconds }) => milliseconds))).toBeGreaterThan(140);
    expect(most).toBeGreaterThan(5);
  });
  it('counts from the intended start: a request that could not be sent in time was slow for whoever asked', async () => {
    const late = async (milliseconds: number): Promise<void> => wait(milliseconds + 60);
    const [timed] = await drive([50], () => Promise.resolve(undefined), late);
    expect(timed?.milliseconds).toBeGreaterThan(50);
  });
});

describe('one request', () => {
  const named = (name: string) => Object.assign(new Error('said so'), { name });
  it.each([
    [
      { kind: 'function', payload: '{}', version: '7' },
      { answered: true, version: '7' },
    ],
    [
      { kind: 'function', payload: 'oops', functionError: 'Unhandled', version: '7' },
      { answered: true, version: '7', failure: { kind: 'functionError', sentence: 'an error (its log has more)' } },
    ],
    [{ kind: 'http', status: 302, body: '' }, { answered: true }],
    [
      { kind: 'http', status: 404, body: '' },
      { answered: true, failure: { kind: 'clientError', sentence: 'status 404' } },
    ],
    [
      { kind: 'http', status: 503, body: '' },
      { answered: true, failure: { kind: 'serverError', sentence: 'status 503' } },
    ],
    [
      { kind: 'http', status: 429, body: '' },
      { answered: true, failure: { kind: 'throttled', sentence: 'status 429' } },
    ],
    [
      { kind: 'unanswered', sentence: 'no such function' },
      { answered: false, failure: { kind: 'unreachable', sentence: 'no such function' } },
    ],
  ] as const)('counts by what came back', async (answer, expected) => {
    expect(await ask(() => Promise.resolve(answer), {})).toEqual(expected);
  });
  it.each([
    [new AddressRefused('said so'), 'refused'],
    [named('TooManyRequestsException'), 'throttled'],
    [named('ThrottlingException'), 'throttled'],
    [named('TimeoutError'), 'timeout'],
    [named('HttpTimedOut'), 'timeout'],
    [named('HttpFailed'), 'unreachable'],
  ] as const)('that failed is an answer, too: %s', async (problem, kind) => {
    const rejecting = (): Promise<never> => Promise.reject(problem);
    expect(await ask(rejecting, {})).toEqual({ answered: false, failure: { kind, sentence: 'said so' } });
  });
  it('has a latency when it was answered, error or not', () => {
    const failure = { kind: 'serverError', sentence: 'status 500' } as const;
    expect(sampleOf({ result: { answered: true, failure }, milliseconds: 7 })).toEqual({ milliseconds: 7, failure });
    expect(sampleOf({ result: { answered: false, failure }, milliseconds: 7 })).toEqual({ failure });
  });
});
