import {
  releaseDocument,
  releaseList,
  transitionList,
  type ReleaseDocument,
  type ReleaseSummary,
  type TransitionDocument,
} from '../core/contract/api/documents.ts';
import type { Engine } from './engine.ts';

/** Every transition of a release, in order. */
export async function allTransitions(engine: Engine, id: string, after = 0): Promise<TransitionDocument[]> {
  const transitions: TransitionDocument[] = [];
  const path = `/v1/releases/${encodeURIComponent(id)}/transitions`;
  let cursor: string | undefined;
  do {
    const given = { after: String(after), limit: '100' };
    const query = new URLSearchParams({ ...given, ...(cursor === undefined ? {} : { cursor }) });
    const page = await engine.call(transitionList, 'GET', `${path}?${query.toString()}`);
    transitions.push(...page.transitions);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return transitions;
}

export function oneRelease(engine: Engine, id: string): Promise<ReleaseDocument> {
  return engine.call(releaseDocument, 'GET', `/v1/releases/${encodeURIComponent(id)}`);
}

/** A page of releases, newest first. */
export function listReleases(
  engine: Engine,
  filter: Readonly<Record<string, string | undefined>>,
): Promise<{ releases: ReleaseSummary[]; cursor?: string }> {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return engine.call(releaseList, 'GET', `/v1/releases?${new URLSearchParams(given).toString()}`);
}

/**
 * Follows a release to its end: `onTransition` gets each transition once, in order, and the time of the first; `onLook` gets the
 * release as it stands, at each look. Looks are conditional requests: where nothing has changed, nothing is sent again.
 * @param pause waits before the next look; it is told whether something has changed since the last
 */
export async function followRelease(
  engine: Engine,
  id: string,
  onTransition: (transition: TransitionDocument, startedAt: string) => void,
  pause: (changed: boolean) => Promise<void>,
  onLook: (release: ReleaseDocument) => void | Promise<void> = () => undefined,
): Promise<ReleaseDocument> {
  const seen: TransitionDocument[] = [];
  for (;;) {
    const release = await oneRelease(engine, id);
    const changed = release.transitions > seen.length;
    for (const transition of changed ? await allTransitions(engine, id, seen.length) : []) {
      seen.push(transition);
      onTransition(transition, seen[0]?.at ?? transition.at);
    }
    if (seen.at(-1)?.type === 'ended') return oneRelease(engine, id);
    await onLook(release);
    await pause(changed);
  }
}
