import { createHash } from 'node:crypto';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import * as z from 'zod';
import { engineParameterName } from '../core/names.ts';
import { CommandError, exitCode } from './exit-codes.ts';

/** Where an engine is found: the standard AWS environment, unless options say otherwise. */
export interface EngineOptions {
  /** Another endpoint that offers AWS's services, as AWS_ENDPOINT_URL. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** The caller's credentials; the standard AWS environment when left out. */
  readonly credentials?: AwsCredentialIdentity | undefined;
}

const engineSchema = z.object({ apiUrl: z.url(), bucket: z.string(), region: z.string() });
type EngineAddress = z.infer<typeof engineSchema>;

const messageSchema = z.object({ message: z.string(), code: z.string().optional() });

/** An engine, deployed on AWS or on the local AWS: its API, called as the caller's own IAM identity, and its release bucket. */
export class Engine {
  private constructor(
    private readonly address: EngineAddress,
    private readonly options: EngineOptions,
  ) {}

  /** Finds the engine of the caller's account and region by the parameter its stack leaves there. */
  static async find(options: EngineOptions): Promise<Engine> {
    const region = regionOf(options);
    const ssm = new SSMClient({ region, ...clientOptions(options) });
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: engineParameterName }));
      return new Engine(engineSchema.parse(JSON.parse(Parameter?.Value ?? '{}')), options);
    } catch (error) {
      if (!(error instanceof ParameterNotFound))
        throw refused(error, `read the parameter ${engineParameterName} in ${region}`);
      throw new CommandError(
        `No engine in this account and region (${region}): there is no parameter ${engineParameterName}. Check AWS_PROFILE and AWS_REGION, or pass --region and --endpoint.`,
        exitCode.notFound,
      );
    }
  }

  /** Asks the API and checks the answer's shape. @throws CommandError with the API's own sentence */
  async call<T>(schema: z.ZodType<T>, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const url = new URL(path, this.address.apiUrl);
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { host: url.host, ...(text === '' ? {} : { 'content-type': 'application/json' }) };
    const signer = new SignatureV4({
      service: 'execute-api',
      region: this.address.region,
      credentials: this.options.credentials ?? fromNodeProviderChain(),
      sha256: Hash.bind(null, 'sha256'),
    });
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      ...(text === '' ? {} : { body: text }),
    });
    const response = await fetch(url, { method, headers: signed.headers, ...(text === '' ? {} : { body: text }) });
    return this.read(schema, response, `${method} ${path}`);
  }

  /** Puts an artifact into the release bucket under its key; the bucket keeps its SHA-256. Returns the version id. */
  async push(
    key: string,
    body: Uint8Array,
  ): Promise<{ readonly key: string; readonly versionId: string; readonly sha256: string }> {
    const digest = createHash('sha256').update(body).digest();
    const s3 = new S3Client({ region: this.address.region, ...clientOptions(this.options) });
    try {
      const { VersionId = '' } = await s3.send(
        new PutObjectCommand({
          Bucket: this.address.bucket,
          Key: key,
          Body: body,
          ContentType: 'application/zip',
          ChecksumSHA256: digest.toString('base64'),
        }),
      );
      return { key, versionId: VersionId, sha256: digest.toString('hex') };
    } catch (error) {
      throw refused(error, `put ${key} into ${this.address.bucket}`);
    }
  }

  private async read<T>(schema: z.ZodType<T>, response: Response, what: string): Promise<T> {
    const text = await response.text();
    const document: unknown = parse(text);
    if (response.ok) return schema.parse(document);
    const told = messageSchema.safeParse(document);
    const sentence = told.success ? told.data.message : `${what} was answered with ${response.status}.`;
    const code =
      response.status === 404
        ? exitCode.notFound
        : response.status === 403 || response.status === 401
          ? exitCode.denied
          : response.status < 500
            ? exitCode.badInput
            : exitCode.failed;
    throw new CommandError(
      sentence,
      code,
      told.success && told.data.code !== undefined ? { code: told.data.code } : {},
    );
  }
}

function regionOf(options: EngineOptions): string {
  const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (region !== undefined && region !== '') return region;
  throw new CommandError('No region: set AWS_REGION or pass --region.', exitCode.badInput);
}

function clientOptions({ endpoint, credentials }: EngineOptions): {
  endpoint?: string;
  credentials?: AwsCredentialIdentity;
} {
  return { ...(endpoint === undefined ? {} : { endpoint }), ...(credentials === undefined ? {} : { credentials }) };
}

/** An AWS refusal as a sentence for the person at the terminal. */
function refused(error: unknown, attempt: string): CommandError {
  const name = error instanceof Error ? error.name : 'Error';
  const reason = error instanceof Error ? error.message : String(error);
  const denied = /AccessDenied|UnrecognizedClient|InvalidSignature|ExpiredToken|CredentialsProvider/.test(name);
  return new CommandError(`Could not ${attempt}: ${name}: ${reason}`, denied ? exitCode.denied : exitCode.failed);
}

function parse(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    return undefined;
  }
}
