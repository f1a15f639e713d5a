import { brokenArchives } from './broken-archives.ts';
import type { BrokenArtifact } from './broken-artifact.ts';
import { brokenContents } from './broken-contents.ts';

/** A broken artifact with a version and a key of its own, so that all of them can be dropped at once. */
export type DroppedArtifact = BrokenArtifact & { readonly version: string; readonly key: string };

/** Everything that somebody might drop by mistake or by malice. */
export const brokenArtifacts: readonly DroppedArtifact[] = [...brokenArchives, ...brokenContents].map((one, index) => {
  const version = `0.${index + 1}.0`;
  return { ...one, version, key: one.key ?? `orders/${version}.zip` };
});
