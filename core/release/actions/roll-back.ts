import type { BlockItem, LiveItem, ServedItem } from '../../ledger/items.ts';
import type { ReleaseHead } from '../head.ts';
import { isRollback } from '../origin.ts';
import { hasPassed, isGood, isHalted, isHeld } from '../progress.ts';
import { isEnd } from '../status.ts';

/** What is known of an environment that a person rolls back. */
export interface RollbackQuestion {
  readonly service: string;
  readonly environment: string;
  /** The version to bring back; the one that served before, where none is named. */
  readonly to: string | undefined;
  /** The release that has the turn. */
  readonly holder: ReleaseHead | undefined;
  /** What serves now, by target. */
  readonly live: readonly LiveItem[];
  /** What served when, of every target, the newest first. */
  readonly served: readonly ServedItem[];
  readonly blocked: readonly BlockItem[];
}

/** What is to be done: the release under way is cancelled, a version is brought back, or both, one after the other. */
export type RollbackAnswer =
  | {
      /** To cancel: what served before it comes back with that. */
      readonly cancel?: ReleaseHead;
      /** The version to bring back, and the release that served there, where it is known by the question. */
      readonly back?: { readonly version: string; readonly release?: string };
      /** The version that nothing but people brings here again, and its release. */
      readonly block?: { readonly version: string; readonly release: string };
    }
  | { readonly why: string };

/**
 * Where a release is under way and has not proven itself, it is cancelled: that brings back what served before. Else the version that
 * served before the present one, or the one that is named, is released again.
 */
export function rollBackEnvironment(question: RollbackQuestion): RollbackAnswer {
  const { service, environment, to, holder, live } = question;
  const state = holder?.environments[environment];
  const underWay =
    holder !== undefined && state !== undefined && isHeld(state) && !isGood(state) && !isEnd(holder.status);
  if (underWay && isHalted(holder)) {
    if (to === undefined) return { why: `${holder.release} is being rolled back in ${environment} already.` };
    return { back: { version: to } };
  }
  if (underWay && isRollback(holder) && (to === undefined || to === holder.version))
    return { why: `${holder.release} brings version ${holder.version} back to ${environment} already.` };
  const current = live.find(({ release }) => release !== undefined);
  if (underWay) {
    const block = { version: holder.version, release: holder.release };
    const before =
      current?.release === holder.release ? beforeIt(question, [holder.version])?.version : current?.version;
    if (to === holder.version) return { why: `${holder.release} brings version ${to} to ${environment} already.` };
    return to === undefined || to === before
      ? { cancel: holder, block }
      : { cancel: holder, block, back: { version: to } };
  }
  const serving = [...new Set(live.flatMap(({ version }) => version ?? []))];
  if (to !== undefined && serving.length > 0 && serving.every((version) => version === to))
    return { why: `Version ${to} of ${service} serves in ${environment} already.` };
  const back = to === undefined ? beforeIt(question, serving) : { version: to };
  if (back === undefined) {
    return {
      why: `The ledger knows no version of ${service} that served in ${environment} before: name one that did with --to.`,
    };
  }
  const block =
    current?.release === undefined || current.version === undefined || current.version === back.version
      ? {}
      : { block: { version: current.version, release: current.release } };
  return { back, ...block };
}

/** The version that served last, to the end, before these, and that nobody has rolled back. */
function beforeIt(
  { served, blocked }: RollbackQuestion,
  present: readonly string[],
): { readonly version: string; readonly release: string } | undefined {
  const passedOver = new Set([...present, ...blocked.map(({ version }) => version)]);
  for (const { live } of [...served].sort((a, b) => (a.at < b.at ? 1 : -1))) {
    if (live?.release === undefined || live.version === undefined) continue;
    if (live.unproven !== undefined || live.shift !== undefined || passedOver.has(live.version)) continue;
    return { version: live.version, release: live.release };
  }
  return undefined;
}

/** The attempt of a version that has served in the environment, the last where there were several. */
export function servedThere(attempts: readonly ReleaseHead[], environment: string): ReleaseHead | undefined {
  return attempts.findLast((head) => hasPassed(head, environment));
}
