import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { artifactLimits } from '../../core/artifact/limits.ts';
import type { Observability } from '../powertools/observability.ts';

// Separate from artifacts.ts: a function that only needs an artifact's digest does not bundle what reads archives.

/** One version of one object: what an artifact is pinned by. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** Bytes, their digest, and when they were uploaded. */
interface ObjectFacts {
  readonly size: number;
  /**
   * ISO 8601, by the clock of S3, in whole seconds: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html. Absent of an
   * upload in parts, of which S3 tells when it began, and not when it was whole.
   */
  readonly uploadedAt?: string;
  /** Lower-case hex SHA-256 over the whole object; absent when it exceeds the limit of an artifact: it is not read. */
  readonly sha256?: string;
}

/** What the release bucket holds, by version id only. */
export interface ArtifactFacts {
  /** Size and digest; undefined when there is no such version. */
  facts(object: ObjectVersion): Promise<ObjectFacts | undefined>;
}

/** @param client S3, in the bucket's Region */
export function createArtifactFacts(client: S3Client): ArtifactFacts {
  return {
    facts: async (object) => {
      const head = await headOf(client, object);
      if (head === undefined) return undefined;
      const size = head.ContentLength ?? 0;
      const uploadedAt = isOfParts(head) ? undefined : head.LastModified?.toISOString();
      const known = uploadedAt === undefined ? { size } : { size, uploadedAt };
      if (size > artifactLimits.totalBytes) return known;
      return { ...known, sha256: storedDigest(head) ?? (await streamedDigest(client, object)) };
    },
  };
}

async function headOf(client: S3Client, object: ObjectVersion): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await client.send(new HeadObjectCommand({ ...address(object), ChecksumMode: 'ENABLED' }));
  } catch (problem) {
    // 405 is a delete marker; 400 a version id that S3 cannot have given.
    if (problem instanceof S3ServiceException && [400, 404, 405].includes(problem.$metadata.httpStatusCode ?? 0))
      return;
    throw problem;
  }
}

/** The entity tag of an upload in parts ends with their number: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
function isOfParts({ ETag = '' }: HeadObjectCommandOutput): boolean {
  return /-\d+"?$/.test(ETag);
}

// S3 verified this digest when the object was uploaded. A composite one (multipart) is a digest of digests: of no use here.
function storedDigest(head: HeadObjectCommandOutput): string | undefined {
  if (head.ChecksumSHA256 === undefined || head.ChecksumType === 'COMPOSITE') return undefined;
  return /-\d+$/.test(head.ChecksumSHA256) ? undefined : Buffer.from(head.ChecksumSHA256, 'base64').toString('hex');
}

async function streamedDigest(client: S3Client, object: ObjectVersion): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand(address(object)));
  if (!(Body instanceof Readable)) throw new Error(`S3 gave no body for ${object.key}.`);
  const hash = createHash('sha256');
  for await (const chunk of Body) {
    if (!Buffer.isBuffer(chunk)) throw new Error(`S3 gave no bytes for ${object.key}.`);
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** The object version as S3's commands name it. */
export function address({ bucket, key, versionId }: ObjectVersion): { Bucket: string; Key: string; VersionId: string } {
  return { Bucket: bucket, Key: key, VersionId: versionId };
}

/** What the release bucket of the engine's own account holds. */
export function openArtifactFacts(observe: Observability): ArtifactFacts {
  return createArtifactFacts(observe.client(new S3Client({})));
}
