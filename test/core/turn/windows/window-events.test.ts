import { expect, it } from 'vitest';
import { windowEvents } from '../../../../core/turn/windows/window-events.ts';
import { accepted, drafts, moment, tell } from '../../samples.ts';

const recorder = { at: moment(60), actor: 'sluice-wake' };
const closed = { until: moment(7200), why: 'the freeze', zone: 'UTC' };

it('the ledger is told of a window that closes or opens, once, as long as the release waits', () => {
  const queued = tell(accepted, ...drafts('staging', 'turnRequested'));
  const [told] = windowEvents(queued.head, 'staging', closed, recorder);
  expect(told).toMatchObject({
    type: 'windowClosed',
    evidence: { closed },
    reason: 'Closed by the freeze, until 2026-11-20 11:00 UTC.',
  });
  const kept = tell(queued, ...windowEvents(queued.head, 'staging', closed, recorder)).head;
  expect(windowEvents(kept, 'staging', closed, recorder)).toEqual([]);
  expect(windowEvents(kept, 'staging', undefined, recorder)).toMatchObject([{ type: 'windowOpened' }]);
  expect(windowEvents(queued.head, 'staging', undefined, recorder)).toEqual([]);
  expect(windowEvents(accepted.head, 'staging', closed, recorder)).toEqual([]);
});
