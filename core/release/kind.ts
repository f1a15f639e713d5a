import type { ReleaseHead } from './head.ts';

/** What a release is for. Windows may let a rollback or a hotfix through that keep everything else. */
export const releaseKinds = ['release', 'rollback', 'hotfix'] as const;
export type ReleaseKind = (typeof releaseKinds)[number];

/** Every release is an ordinary one today: nothing in its head says yet that it was asked for as a rollback or a hotfix. */
export const kindOf: (head: ReleaseHead) => ReleaseKind = () => 'release';
