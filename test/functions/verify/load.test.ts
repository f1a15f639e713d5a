import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { drive } from '../../../functions/verify/load.ts';

const wait = async (milliseconds: number): Promise<void> => void (await pause(milliseconds));
const offsets = Array.from({ length: 20 }, (_, index) => index * 10);

describe('synthetic traffic', () => {
  it('does not slow down with the service: its slowness is measured', async () => {
    let most = 0;
    let running = 0;
    const measured = await drive(
      offsets,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(150);
        running -= 1;
        return undefined;
      },
      wait,
    );
    expect(measured).toMatchObject({ sent: 20, errors: 0, reasons: {} });
    expect(most).toBeGreaterThan(5);
    expect(measured.p95Milliseconds).toBeGreaterThan(140);
  });
  it('counts from the intended start: a request that could not be sent in time was slow for whoever asked', async () => {
    const late = async (milliseconds: number): Promise<void> => wait(milliseconds + 60);
    const measured = await drive([50], () => Promise.resolve(undefined), late);
    expect(measured.p95Milliseconds).toBeGreaterThan(50);
  });
  it('counts errors with their reasons, and no answer as no latency', async () => {
    let count = 0;
    const measured = await drive(
      [0, 0, 0],
      () => {
        count += 1;
        return count === 1 ? Promise.reject(new Error('refused')) : Promise.resolve('status 500');
      },
      wait,
    );
    expect(measured).toMatchObject({ sent: 3, errors: 3, reasons: { refused: 1, 'status 500': 2 } });
    expect(await drive([0], () => Promise.reject(new Error('refused')), wait)).not.toHaveProperty('p95Milliseconds');
  });
});
