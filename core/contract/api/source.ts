import * as z from 'zod';
import type { Manifest } from '../../manifest/manifest.ts';
import { describeCommits } from '../../release/commits.ts';

/** What a release was built from, as its manifest says. */
export const sourceDocument = z.strictObject({
  repository: z.string().exactOptional(),
  commit: z.string().exactOptional(),
  author: z.string(),
  /** As the manifest has it, in any zone. */
  committedAt: z.string().exactOptional(),
  /** Page of the commit, where the forge is a known one. */
  link: z.string().exactOptional(),
});

/** A manifest's source, with a link to its commit. */
export function describeSource(source: Manifest['source']): z.infer<typeof sourceDocument> {
  const { repository, commit, author, committedAt } = source;
  const { link } = describeCommits(undefined, source);
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    author,
    ...(committedAt === undefined ? {} : { committedAt }),
    ...(link === undefined ? {} : { link }),
  };
}
