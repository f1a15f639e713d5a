import { describe, expect, it } from 'vitest';
import type { TargetItem } from '../../../core/ledger/items.ts';
import { outcomesOf } from '../../../core/metrics/outcome.ts';
import type { EventDraft, EventType } from '../../../core/release/events.ts';
import * as s from '../samples.ts';

/** Drafts in production, each at its second; a shift that moves aliases names them. */
function at(seconds: number, type: EventType, environment = 'production'): EventDraft {
  const told: EventDraft = { ...s.draft(type, { environment }), at: s.moment(seconds) };
  return told.type === 'shiftStarted' ? { ...told, evidence: { rollout: 'AllAtOnce', moves: [] } } : told;
}

const changed = [at(100, 'preparing'), at(110, 'prepared'), at(120, 'changeStarted'), at(130, 'changed')];
const shifting = [...changed, at(140, 'verified'), at(150, 'shiftStarted')];
const baking = [...shifting, at(450, 'shifted'), at(460, 'checked'), at(461, 'bakeStarted')];
const restoring = [at(630, 'stackRestoreStarted'), at(635, 'stackRestored'), at(640, 'rolledBack')];
const back = [at(600, 'rollbackStarted'), at(620, 'trafficRestored'), ...restoring];

const story = (...drafts: EventDraft[]): s.Story => s.tell(s.productionHeld, ...drafts);
const inProduction = ({ head, events }: s.Story, items: TargetItem[] = []) =>
  outcomesOf(head, events, items).find(({ environment }) => environment === 'production');

const item = (from: string | undefined): TargetItem => ({
  ...{
    release: s.release,
    environment: 'production',
    account: '333333333333',
    region: 'us-east-1',
    stackName: 'stack',
  },
  moves: [
    { alias: 'Live', functionName: 'orders', aliasName: 'live', to: '2', ...(from === undefined ? {} : { from }) },
  ],
});

describe('what a release came to for its users', () => {
  it('is told of each environment that it began to change', () => {
    expect(outcomesOf(s.accepted.head, s.accepted.events, [])).toEqual([]);
    expect(outcomesOf(s.productionHeld.head, s.productionHeld.events, []).map((one) => one.environment)).toEqual([
      'staging',
    ]);
  });

  it('is a deployment from the first user to the last', () => {
    const done = story(
      ...baking,
      at(700, 'judged'),
      at(701, 'settleStarted'),
      at(710, 'settled'),
      at(710, 'turnGivenBack'),
    );
    expect(inProduction(done)).toEqual({
      environment: 'production',
      firstUserAt: s.moment(150),
      allUsersAt: s.moment(450),
    });
  });

  it('begins with the change of the stack where no alias moves', () => {
    const { events, head } = story(...baking, at(700, 'judged'));
    const still = events.map((event) => {
      if (event.type !== 'shiftStarted') return event;
      const { evidence, ...rest } = event;
      return { ...rest, ...(evidence === undefined ? {} : {}) };
    });
    expect(outcomesOf(head, still, []).at(-1)?.firstUserAt).toBe(s.moment(130));
  });

  it('is a failure from when it was seen until the last user is back', () => {
    const failed = story(...baking, at(590, 'failed'), ...back, at(650, 'turnGivenBack'));
    expect(inProduction(failed)).toMatchObject({
      firstUserAt: s.moment(150),
      allUsersAt: s.moment(450),
      failure: { how: 'rolledBack', seenAt: s.moment(590), restoredAt: s.moment(620) },
    });
  });

  it('is a failure that nobody has to come back from where all that users came to is kept', () => {
    const failed = story(...baking, at(590, 'failed'));
    const { production, ...others } = failed.head.environments;
    if (production === undefined) throw new Error('The sample has a production.');
    const targets = {
      ...production.targets,
      [s.production]: 'settled',
      '444444444444/us-east-1': 'rolledBack',
    } as const;
    const kept = { ...production, onFailure: 'stop', phase: 'undone', targets } as const;
    const head = { ...failed.head, environments: { ...others, production: kept } };
    expect(inProduction({ ...failed, head })?.failure).toEqual({ how: 'rolledBack', seenAt: s.moment(590) });
  });

  it('is not good before it has proven itself, as far as the ledger has come', () => {
    const underWay = story(...shifting);
    expect(inProduction(underWay)?.failure).toEqual({
      ...{ how: 'rolledBack', seenAt: underWay.head.updatedAt, unrestored: true },
    });
  });

  it('is not restored while the rollback has not brought users back', () => {
    const stuck = story(...baking, at(590, 'failed'), at(600, 'rollbackStarted'), at(630, 'rollbackFailed'));
    expect(inProduction(stuck)?.failure).toEqual({ how: 'rolledBack', seenAt: s.moment(590), unrestored: true });
  });

  it('never came to all users where it was rolled back during the shift', () => {
    const failed = story(...shifting, at(590, 'failed'), ...back, at(650, 'turnGivenBack'));
    expect(inProduction(failed)).not.toHaveProperty('allUsersAt');
    expect(inProduction(failed)?.failure?.restoredAt).toBe(s.moment(620));
  });

  it('is nothing to users whom the shift would have moved, and all to those whom the change of the stack did', () => {
    const failed = story(...changed, at(590, 'failed'), ...back, at(650, 'turnGivenBack'));
    expect(inProduction(failed, [item('1')])).toEqual({ environment: 'production' });
    expect(inProduction(failed, [item(undefined)])).toMatchObject({
      firstUserAt: s.moment(130),
      failure: { how: 'rolledBack' },
    });
  });
});
