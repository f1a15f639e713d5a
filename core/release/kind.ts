import type { ReleaseHead } from './head.ts';
import { isRollback } from './origin.ts';

/** What a release is to windows, which may let a rollback or a hotfix through that keep everything else. */
export const releaseKinds = ['release', 'rollback', 'hotfix'] as const;
export type ReleaseKind = (typeof releaseKinds)[number];

/** A retry, and a promotion that passes over nothing, are releases like any other. */
export function kindOf(head: Pick<ReleaseHead, 'origin'>): ReleaseKind {
  if (isRollback(head)) return 'rollback';
  return head.origin?.hotfix === true ? 'hotfix' : 'release';
}
