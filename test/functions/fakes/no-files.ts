import type { ArtifactFiles } from '../../../adapters/s3/artifact-files.ts';

/** A release bucket in which there is nothing. */
export const noFiles: ArtifactFiles = {
  read: () => Promise.resolve({ missing: 'it is no longer in the release bucket' }),
};
