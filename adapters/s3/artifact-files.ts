import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { ObjectVersion } from './artifact-facts.ts';
import type { Artifacts } from './artifacts.ts';

/** A file of an artifact, or why there is none. */
type FileReading = { readonly bytes: Uint8Array } | { readonly missing: string };

/** Reads single files of artifacts that were accepted. */
export interface ArtifactFiles {
  /** By version id: S3 gives no other bytes under one. @param size bytes of the object @param limit most bytes of the file */
  read(object: ObjectVersion, size: number, name: string, limit: number): Promise<FileReading>;
}

/** @param artifacts what the release bucket holds */
export function artifactFilesOf(artifacts: Pick<Artifacts, 'open'>): ArtifactFiles {
  return {
    read: async (object, size, name, limit) => {
      try {
        const { bytes } = await (await artifacts.open(object, size)).read(name, limit);
        return { bytes };
      } catch (problem) {
        const missing = whyMissing(problem);
        if (missing === undefined) throw problem;
        return { missing };
      }
    },
  };
}

/** A version that is gone, or hidden by the mark of a deletion, and an archive that is none; undefined for what may pass. */
function whyMissing(problem: unknown): string | undefined {
  if (!(problem instanceof Error)) return undefined;
  if (problem.name === 'ArchiveBroken') return problem.message;
  const gone = ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed', 'InvalidArgument'];
  return gone.includes(problem.name) ? 'it is no longer in the release bucket' : undefined;
}

/** The artifacts of the engine's own account; what reads archives is loaded at the first use. */
export function openArtifactFiles(observe: Observability): ArtifactFiles {
  const files = onDemand(async () => artifactFilesOf((await import('./artifacts.ts')).openArtifacts(observe)));
  return { read: async (...asked) => (await files()).read(...asked) };
}
