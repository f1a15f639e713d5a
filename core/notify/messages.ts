import * as z from 'zod';
import { whyNot } from '../approval/decision.ts';
import type { ApprovalItem } from '../ledger/items.ts';
import { isAbsent } from '../ledger/write-intent.ts';
import type { PutIntent } from '../ledger/write-intent.ts';
import { type Occasion, toldUnlessSaid } from '../policy/tell.ts';
import type { EventDraft, EventType } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { heldEnvironment } from '../release/progress.ts';
import type { EndStatus } from '../release/status.ts';
import { putMessage } from './outbox.ts';

// The messages that go into the outbox: which there are of what happens to a release, and to whom.

/** Something that lasts. */
interface Trouble {
  readonly release: string;
  readonly what: string;
  readonly since: string;
  readonly lastAt: string;
}

/** The message about an end; none for an end that nobody has to know of. @param head as the release ended */
export function tellEnd(head: ReleaseHead, status: EndStatus, at: string): PutIntent[] {
  const told = toldAtEnd(head, status);
  const pending = [
    ...(status === 'Failed' ? [{ to: 'page' }] : []),
    ...(told === undefined ? [] : [{ to: 'mail' as const }]),
  ];
  if (pending.length === 0) return [];
  const about = { kind: 'end', ...(told?.place === undefined ? {} : { told: told.place }) } as const;
  return [putMessage({ release: head.release, about, pending, attempts: 0, notBefore: at })];
}

/** Does somebody have to know of this end, or do others hear of it on the event bus? A rejection is told by a message of its own. */
export function isTold(head: ReleaseHead, status: EndStatus): boolean {
  if (head.events !== undefined) return true;
  return status === 'Failed' || status === 'Rejected' || toldAtEnd(head, status) !== undefined;
}

const occasionsOfEnds: Readonly<Record<EndStatus, Occasion | undefined>> = {
  Succeeded: 'succeeded',
  RolledBack: 'rolledBack',
  Failed: 'failed',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Superseded: 'superseded',
  // Told when it is declined, or rejected.
  Declined: undefined,
  Rejected: undefined,
};

/** Of what people are told by e-mail at an end, and in which environment; undefined where nobody is. */
function toldAtEnd(
  head: ReleaseHead,
  status: EndStatus,
): { readonly place?: { readonly occasion: Occasion; readonly environment: string } } | undefined {
  const { [status]: occasion } = occasionsOfEnds;
  if (occasion === undefined) return undefined;
  const [first] = head.order;
  const environment = status === 'Succeeded' ? head.order.at(-1) : (heldEnvironment(head) ?? head.environment ?? first);
  const { tells } = (environment === undefined ? undefined : head.environments[environment]) ?? {};
  if (environment === undefined || tells === undefined) return toldUnlessSaid.includes(occasion) ? {} : undefined;
  if (!tells.includes(occasion)) return undefined;
  return { place: { occasion, environment } };
}

/** The message that an artifact was rejected. @param addresses whom the policy has told */
export function tellRejected(release: string, addresses: readonly string[], at: string): PutIntent[] {
  if (addresses.length === 0) return [];
  const pending = addresses.map((address) => ({ to: `mail:${address}` }));
  return [putMessage({ release, about: { kind: 'rejected' }, pending, attempts: 0, notBefore: at })];
}

/** The messages about approvals, to those whom the policy has told of them. @param head after these transitions */
export function tellOfApprovals(head: ReleaseHead, drafts: readonly EventDraft[]): PutIntent[] {
  return drafts.flatMap((draft) => {
    const occasion = occasionsOfEvents.get(draft.type);
    const { approval } = approvalNamed.safeParse('evidence' in draft ? draft.evidence : undefined).data ?? {};
    if (occasion === undefined || approval === undefined || !('environment' in draft)) return [];
    const { environment = '', at } = draft;
    if (head.environments[environment]?.tells?.includes(occasion) !== true) return [];
    const about = { kind: 'told', occasion, environment, approval } as const;
    return [putMessage({ release: head.release, about, pending: [{ to: 'mail' }], attempts: 0, notBefore: at })];
  });
}

const occasionsOfEvents: ReadonlyMap<EventType, 'asked' | 'decided'> = new Map<EventType, 'asked' | 'decided'>([
  ['approvalRequested', 'asked'],
  ['decisionRequested', 'asked'],
  ['approved', 'decided'],
  ['declined', 'decided'],
  // Whether to continue although checks were inconclusive.
  ['continued', 'decided'],
  ['checkFailed', 'decided'],
]);
const approvalNamed = z.object({ approval: z.string() });

/** The message to those who may decide an approval. */
export function tellDeciders(approval: ApprovalItem): PutIntent[] {
  const { release, people, requestedAt } = approval;
  const deciders = people.filter((person) => whyNot(approval, person).decline === undefined);
  const addresses = new Set(deciders.map(({ email }) => email));
  const pending = [...addresses].map((address) => ({ to: `mail:${address}` }));
  if (pending.length === 0) return [];
  const about = { kind: 'approval', approval: approval.approval } as const;
  return [putMessage({ release, about, pending, attempts: 0, notBefore: requestedAt })];
}

/** The message to those who have not decided yet. @param sequence number of the transition that says so */
export function tellAgain(
  { release, approval }: ApprovalItem,
  people: readonly { readonly email: string }[],
  sequence: number,
  at: string,
): PutIntent[] {
  if (people.length === 0) return [];
  const about = { kind: 'reminder', approval, sequence } as const;
  const pending = people.map(({ email }) => ({ to: `mail:${email}` }));
  return [putMessage({ release, about, pending, attempts: 0, notBefore: at })];
}

/** The message about something of a release that the engine cannot look after: one for each time that it lasts. */
export function tellTrouble({ release, what, since, lastAt }: Trouble): PutIntent[] {
  const about = { kind: 'trouble', what, since } as const;
  const message = putMessage({ release, about, pending: [{ to: 'mail' }], attempts: 0, notBefore: lastAt });
  return [{ ...message, condition: isAbsent, lost: 'AlreadyDone' }];
}
