import type { EventOf, ReleaseDraft } from './events.ts';
import type { EnvironmentState, ReleaseHead } from './head.ts';
import { isRollback } from './origin.ts';
import { decideEnd, heldEnvironment } from './progress.ts';
import { rollbackOrder } from './rollback-order.ts';
import { releaseRules } from './transition-table.ts';
import type { Move, MoveOrRefusal } from './move.ts';

/** The first event of a release. Place in the chain and hash are added by the caller. */
export function startRelease(draft: EventOf<'received'>): Move {
  const { release, service, version, attempt, artifact, origin, events } = draft.evidence;
  return {
    from: 'Nothing',
    to: 'Received',
    head: {
      ...{ release, service, version, attempt, artifact },
      status: 'Received',
      startedAt: draft.at,
      updatedAt: draft.at,
      sequence: 0,
      hash: '',
      order: [],
      environments: {},
      ...(origin === undefined ? {} : { origin }),
      ...(events === undefined ? {} : { events }),
    },
  };
}

/** An event of the release as a whole. */
export function moveRelease(head: ReleaseHead, draft: ReleaseDraft): MoveOrRefusal {
  const rule = releaseRules[draft.type];
  if (rule.from !== 'open' && !rule.from.includes(head.status)) return `the release is ${head.status}`;
  const next = changeRelease(head, draft);
  return typeof next === 'string' ? next : { head: next, from: head.status, to: next.status };
}

function changeRelease(head: ReleaseHead, draft: ReleaseDraft): ReleaseHead | string {
  switch (draft.type) {
    case 'rejected': {
      const sequence = head.sequence + 1;
      const failure = { error: 'ArtifactRejected', reason: draft.reason ?? '', sequence };
      return { ...head, status: 'Ending', rejected: sequence, failure };
    }
    case 'accepted':
      return accept(head, draft);
    case 'failed':
      return fail(head, draft);
    case 'cancelled':
      return { ...head, status: afterStop(head), cancelled: head.sequence + 1 };
    case 'ended':
      return end(head, draft);
  }
}

function accept(head: ReleaseHead, { evidence, at }: EventOf<'accepted'>): ReleaseHead {
  // An alarm that fires already is why people ask for a rollback: it neither keeps it out nor counts against it.
  const overridden = isRollback(head) ? { overriddenAt: at } : {};
  const environments = evidence.environments.map(
    ({ name, approval, bakes, monitors, onFailure, waves, windows, tells }): [string, EnvironmentState] => [
      name,
      {
        phase: 'waiting',
        ...{ approval, bakes, onFailure },
        ...(monitors === undefined ? {} : { monitors }),
        ...(windows === undefined ? {} : { windows }),
        ...(tells === undefined ? {} : { tells }),
        ...(waves.length > 1 ? { waves } : {}),
        ...overridden,
        targets: Object.fromEntries(waves.flat().map((target) => [target, 'pending'])),
      },
    ],
  );
  return {
    ...head,
    status: 'Accepted',
    order: environments.map(([name]) => name),
    environments: Object.fromEntries(environments),
    ...(evidence.author === undefined ? {} : { author: evidence.author }),
    ...(evidence.slack === undefined ? {} : { slack: evidence.slack }),
  };
}

function fail(head: ReleaseHead, draft: EventOf<'failed'>): ReleaseHead {
  const failure = { error: draft.evidence.error, reason: draft.reason ?? '', sequence: head.sequence + 1 };
  return { ...head, status: afterStop(head), failure: head.failure ?? failure };
}

function afterStop(head: ReleaseHead): 'RollingBack' | 'Ending' {
  return rollbackOrder(head).length > 0 ? 'RollingBack' : 'Ending';
}

function end(head: ReleaseHead, draft: EventOf<'ended'>): ReleaseHead | string {
  const { status, quarantined = [], serves, left } = draft.evidence;
  const decided = decideEnd(head);
  if (status !== decided) return `the ledger says that the release ends as ${decided}, not as ${status}`;
  const held = heldEnvironment(head);
  const expected = held === undefined ? [] : [held];
  if (status !== 'Failed' && held !== undefined) return `the turn of ${held} must be given back first`;
  if (quarantined.join() !== expected.join())
    return `an unclean end quarantines exactly what is held (${expected.join()})`;
  const told = { ...(serves === undefined ? {} : { serves }), ...(left === undefined ? {} : { left }) };
  return { ...head, status, endedAt: draft.at, ...told };
}
