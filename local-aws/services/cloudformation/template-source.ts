import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';

/** Limits of a template. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST_BODY = 51_200;
const LONGEST_OBJECT = 1_048_576;

export interface TemplateSource {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
}

/** The template's text, given inline or read from S3 as the caller. @throws AwsError ValidationError */
export async function readTemplate(engine: Engine, caller: Caller, source: TemplateSource): Promise<string> {
  const { TemplateBody, TemplateURL } = source;
  if ((TemplateBody === undefined) === (TemplateURL === undefined))
    throw validationError('Either Template URL or Template Body must be specified.');
  if (TemplateBody !== undefined) {
    if (Buffer.byteLength(TemplateBody) > LONGEST_BODY)
      throw validationError(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_BODY}`,
      );
    return TemplateBody;
  }
  return readObject(engine, caller, TemplateURL ?? '');
}

async function readObject(engine: Engine, caller: Caller, url: string): Promise<string> {
  const { Bucket, Key, VersionId } = objectOf(url, engine.kernel.endpoint());
  const bytes = await engine.kernel
    .send(caller, new GetObjectCommand({ Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }))
    .then(({ Body }) => bytesOf(Body))
    .catch((error: unknown) => {
      if (error instanceof AwsError)
        throw validationError(
          `S3 error: ${error.message} For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
        );
      throw error;
    });
  if (bytes.length > LONGEST_OBJECT) throw validationError(`Template may not exceed ${LONGEST_OBJECT} bytes in size.`);
  return bytes.toString('utf8');
}

/** The local S3 answers a call inside the process with bytes, whatever the SDK's type of a body says. */
/** The bytes of an object's body. */
export function bytesOf(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('S3 answered without bytes');
}

/**
 * Bucket and key of a template's URL: `https://bucket.s3.region.amazonaws.com/key`, `https://s3.region.amazonaws.com/bucket/key`,
 * or the local endpoint's path style.
 */
export function objectOf(
  url: string,
  endpoint: string,
): { readonly Bucket: string; readonly Key: string; readonly VersionId: string | undefined } {
  const parsed = URL.parse(url);
  if (parsed === null) throw validationError('TemplateURL must reference a valid S3 object to which you have access.');
  const path = decodeURIComponent(parsed.pathname.slice(1));
  const VersionId = parsed.searchParams.get('versionId') ?? undefined;
  const virtual = /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(parsed.hostname)?.[1];
  if (virtual !== undefined) return { Bucket: virtual, Key: path, VersionId };
  const local = new URL(endpoint);
  const isLocal = parsed.port === local.port && ['127.0.0.1', 'localhost', local.hostname].includes(parsed.hostname);
  if (!isLocal && !/^s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.test(parsed.hostname))
    throw validationError('TemplateURL must be a supported URL.');
  const slash = path.indexOf('/');
  if (slash < 1) throw validationError('TemplateURL must reference a valid S3 object to which you have access.');
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1), VersionId };
}
