import { describe, expect, it } from 'vitest';
import type { WaitItem } from '../../../core/ledger/items.ts';
import { explainDeath, expiryTransitions } from '../../../core/reconcile/open-work.ts';
import {
  accepted,
  approval,
  draft,
  drafts,
  moment,
  production,
  productionAsked,
  productionBaking,
  productionHeld,
  release,
  tell,
} from '../samples.ts';

const recorder = { at: moment(700), actor: 'sluice-wake' };
const ofEnvironment: WaitItem = {
  ...{ wait: 'w', release, environment: 'production', task: 'apply', token: 't' },
  correlation: 'deployment d-1',
  registeredAt: moment(0),
  deadline: moment(600),
};
const wait: WaitItem = { ...ofEnvironment, target: production };
const changing = tell(productionHeld, ...drafts('production', 'preparing', 'prepared', 'changeStarted'));
const rollingBack = tell(changing, draft('failed'), ...drafts('production', 'rollbackStarted'));
const settling = tell(productionBaking, ...drafts('production', 'judged', 'settleStarted'));

describe('what the ledger is told when a wait is past its deadline', () => {
  it.each([
    ['settle', settling, wait, ['settleFailed']],
    ['restoreTraffic', rollingBack, wait, ['rollbackFailed']],
    [
      'askForApproval',
      productionAsked,
      { ...ofEnvironment, correlation: `approval ${approval.approval}` },
      ['approvalExpired'],
    ],
    // The workflow catches these, and the end that it plans says why.
    ['apply', changing, wait, []],
    ['waitForTurn', productionAsked, ofEnvironment, []],
    // Moved on meanwhile.
    ['settle', changing, wait, []],
  ] as const)('%s', (task, story, item, types) => {
    const told = expiryTransitions({ ...item, task }, story.head, recorder);
    expect(told.map(({ type }) => type)).toEqual(types);
    for (const event of told) expect(event.reason).toContain(moment(600));
    expect(() => tell(story, ...told)).not.toThrow();
  });
});

describe('why a release ends whose execution died', () => {
  it('names the workflow’s end, and a stop as a person’s', () => {
    const timedOut = tell(accepted, ...explainDeath(accepted.head, 'TIMED_OUT', recorder)).head;
    expect(timedOut.failure).toMatchObject({ error: 'WorkflowDied' });
    expect(timedOut.failure?.reason).toContain('TIMED_OUT');
    const stopped = tell(accepted, ...explainDeath(accepted.head, 'ABORTED', recorder)).head;
    expect(stopped).toMatchObject({ status: 'Ending', cancelled: accepted.head.sequence + 1 });
  });

  it('lets the first reason stand', () => {
    expect(explainDeath(rollingBack.head, 'TIMED_OUT', recorder)).toEqual([]);
  });
});
