import { describe, expect, it } from 'vitest';
import { Clock } from '../../kernel/clock.ts';

const START = Date.UTC(2026, 0, 1);

describe('the clock', () => {
  it('jumps from timer to timer at max while everything waits', async () => {
    const clock = new Clock('max', START);
    const seen: number[] = [];
    clock.after(86_400_000, () => void seen.push(clock.now() - START), 'a day');
    clock.after(60_000, () => void seen.push(clock.now() - START), 'a minute');
    const real = performance.now();
    await clock.sleep(86_400_001, 'a day and a bit');
    const took = performance.now() - real;
    // What the machine itself takes for it passes, too.
    expect(seen).toHaveLength(2);
    for (const [index, due] of [60_000, 86_400_000].entries()) {
      expect(seen[index]).toBeGreaterThanOrEqual(due);
      expect(seen[index]).toBeLessThanOrEqual(due + Math.ceil(took) + 1);
    }
    expect(took).toBeLessThan(3_600_000);
    clock.close();
  });

  it('passes as real time does while something is busy, at any pace', async () => {
    const clock = new Clock('max', START);
    const release = clock.hold();
    let fired = false;
    clock.after(3_600_000, () => void (fired = true), 'an hour');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(fired).toBe(false);
    expect(clock.now() - START).toBeGreaterThanOrEqual(50);
    expect(clock.now() - START).toBeLessThan(60_000);
    release();
    await clock.sleep(3_600_000, 'past it');
    expect(fired).toBe(true);
    clock.close();
  });

  it('runs a callback to its end before it jumps on', async () => {
    const clock = new Clock('max', START);
    const order: string[] = [];
    clock.after(
      1_000,
      async () => {
        order.push('first starts');
        await new Promise((resolve) => setTimeout(resolve, 30));
        order.push('first ends');
      },
      'first',
    );
    clock.after(3_600_000, () => void order.push('second'), 'second');
    await clock.sleep(3_600_001, 'both');
    expect(order).toEqual(['first starts', 'first ends', 'second']);
    clock.close();
  });

  it('runs N times faster while everything waits', async () => {
    const clock = new Clock({ times: 1_000 }, START);
    const real = performance.now();
    await clock.sleep(200_000, '200 s at 1,000 times');
    const elapsed = performance.now() - real;
    expect(elapsed).toBeGreaterThan(150);
    clock.close();
  });

  it('passes over no timer while the machine keeps it waiting, however fast it runs', async () => {
    // Time stands still until all are set, and while a callback runs.
    const clock = new Clock('manual', START, undefined, 0);
    const seen: number[] = [];
    const see = (): void => void seen.push(clock.now() - START);
    clock.at(START + 1000, see, 'a second');
    clock.at(START + 1500, see, 'half a second more');
    const cancelled = clock.at(START + 500, see, 'never');
    clock.setPace({ times: 60 });
    // As if another process had the processor: at 60 times that is twelve seconds.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    expect(clock.now() - START).toBe(500);
    cancelled.cancel();
    await clock.sleep(2000, 'the end');
    expect(seen).toEqual([1000, 1500]);
    clock.close();
  });

  it('stands still while anything is busy when asked to, and still runs what is due', async () => {
    const clock = new Clock('manual', START, undefined, 0);
    let ran = false;
    await clock.busy(async () => {
      clock.after(1, () => expect.unreachable('a millisecond has not passed'), 'later');
      await new Promise<void>((resolve) => {
        clock.after(0, resolve, 'now');
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
      ran = true;
    });
    expect([ran, clock.now()]).toEqual([true, START]);
    clock.close();
  });

  it('steps by hand, running what falls due in order', async () => {
    const clock = new Clock('manual', START);
    const seen: string[] = [];
    clock.after(
      10_000,
      () => {
        seen.push('ten');
        clock.after(5_000, () => void seen.push('fifteen'), 'fifteen');
      },
      'ten',
    );
    clock.after(20_000, () => void seen.push('twenty'), 'twenty');
    await clock.advance(16_000);
    expect(seen).toEqual(['ten', 'fifteen']);
    expect(clock.now() - START).toBeGreaterThanOrEqual(16_000);
    await clock.advance(4_000);
    expect(seen).toEqual(['ten', 'fifteen', 'twenty']);
    clock.close();
  });

  it('does not call a cancelled timer', async () => {
    const clock = new Clock('max', START);
    let called = false;
    clock.after(1_000, () => void (called = true), 'cancelled').cancel();
    await clock.sleep(2_000, 'past it');
    expect(called).toBe(false);
    clock.close();
  });
});
