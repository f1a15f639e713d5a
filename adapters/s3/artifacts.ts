import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Archive, openArchive } from './archive.ts';
import { address, type ArtifactFacts, createArtifactFacts, type ObjectVersion } from './artifact-facts.ts';
import type { Observability } from '../powertools/observability.ts';

/** The release bucket, read by version id only. */
export interface Artifacts extends ArtifactFacts {
  /** @throws ArchiveBroken when the object is not a zip */
  open(object: ObjectVersion, size: number): Promise<Archive>;
}

/** @param client S3, in the bucket's Region */
export function createArtifacts(client: S3Client): Artifacts {
  return {
    ...createArtifactFacts(client),
    open: (object, size) => openArchive((start, end) => readRange(client, object, start, end), size),
  };
}

async function readRange(client: S3Client, object: ObjectVersion, start: number, end: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const { Body } = await client.send(new GetObjectCommand({ ...address(object), Range: `bytes=${start}-${end - 1}` }));
  if (Body === undefined) throw new Error(`S3 gave no body for ${object.key}.`);
  return Buffer.from(await Body.transformToByteArray());
}

/** The artifacts of the engine's own account. */
export function openArtifacts(observe: Observability): Artifacts {
  return createArtifacts(observe.client(new S3Client({})));
}
