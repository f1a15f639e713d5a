import type { Engine } from '../../cli/engine.ts';
import { allTransitions } from '../../cli/follow.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { TransitionRecorder } from '../../local/transition-recorder.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

/** A release that has ended, by its transitions. */
export interface ReleaseEnd {
  readonly end: string;
  readonly transitions: readonly TransitionDocument[];
  readonly types: readonly string[];
  /** Why it failed, or was rejected. */
  readonly reason: string;
}

/** Drops an artifact. @returns the id of its release */
export async function dropTiny(engine: Engine, release: TinyRelease): Promise<string> {
  const { key, bytes } = packTiny(release);
  await engine.push(key, bytes);
  return formatReleaseId({ ...release, attempt: 1 });
}

/** Waits until a release has ended. */
export async function readEnd(engine: Engine, recorder: TransitionRecorder, id: string): Promise<ReleaseEnd> {
  await recorder.waitFor(id, 'ended');
  const transitions = await allTransitions(engine, id);
  return {
    transitions,
    end: transitions.at(-1)?.to ?? '',
    types: transitions.map(({ type }) => type),
    reason: transitions.find(({ type }) => type === 'failed' || type === 'rejected')?.reason ?? '',
  };
}
