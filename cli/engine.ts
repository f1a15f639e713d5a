import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import * as z from 'zod';
import { planKeyService } from '../core/artifact/plan-key.ts';
import { engineParameterName } from '../core/contract/names.ts';
import { nameCall, readAnswer } from './answers.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { explain, isPassing } from './refusals.ts';

/** Where an engine is found: the standard AWS environment, unless an option overrides it. */
export interface EngineOptions {
  /** Another endpoint that offers AWS's services, as AWS_ENDPOINT_URL. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** A profile of the AWS configuration files, as AWS_PROFILE. */
  readonly profile?: string | undefined;
  /** The caller's credentials; those of the standard AWS environment when left out. */
  readonly credentials?: AwsCredentialIdentity | undefined;
}

const engineSchema = z.object({ apiUrl: z.url(), bucket: z.string(), region: z.string() });
type EngineAddress = z.infer<typeof engineSchema>;

/** The API itself answers within 30 s. */
const TIMEOUT_MILLISECONDS = 35_000;
/** How often a GET is sent when the network fails, or the answer is one that a retry may improve. */
const ATTEMPTS = 3;
const PASSING_STATUSES = [429, 502, 503, 504];

/** Answers that are remembered, to be asked for only where they have changed. */
const REMEMBERED = 20;

/** How clients of an engine's account are made. */
interface Access {
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly endpoint?: string;
}

/** As whom, and where, clients of AWS are made. */
export function clientSettings({ endpoint, profile, credentials, region: given }: EngineOptions) {
  const access: Access = {
    credentials: credentials ?? fromNodeProviderChain(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const region = given ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION']);
  return {
    access,
    where: { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) },
  };
}

/** An answer, and the strong ETag by which the engine knows it. */
interface Remembered {
  readonly etag: string;
  readonly text: string;
}

/** An engine, deployed on AWS or on the local AWS: its API, called as the caller's own IAM identity, and its release bucket. */
export class Engine {
  /** Milliseconds that the engine's clock is ahead of this machine's, by its last answer. */
  private ahead = 0;
  /** The last answers to GET, by path, with their ETags. */
  private readonly answers = new Map<string, Remembered>();

  private constructor(
    private readonly address: EngineAddress,
    private readonly access: Access,
  ) {}

  /** Finds the engine of the caller's account and region by the parameter of its stack. @throws CommandError */
  static async find(options: EngineOptions): Promise<Engine> {
    const { access, where } = clientSettings(options);
    let found: string | undefined;
    try {
      const ssm = new SSMClient({ ...access, ...where });
      found = await ssm.config.region();
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: engineParameterName }));
      return new Engine(addressOf(Parameter?.Value ?? ''), access);
    } catch (error) {
      if (!(error instanceof ParameterNotFound))
        throw explain(error, `find the engine${found === undefined ? '' : ` in ${found}`}`, where.profile);
      throw new CommandError(
        `No engine in this account and region (${found ?? 'unknown'}): there is no parameter ${engineParameterName}. Check AWS_PROFILE and AWS_REGION, or pass --profile, --region and --endpoint.`,
        exitCode.notFound,
        { code: 'cli.engine-missing' },
      );
    }
  }

  /**
   * Calls the API and checks the answer's shape. What was read before is asked for by its ETag, and sent again only where it has
   * changed. @throws CommandError with the API's own sentence
   */
  async call<T>(schema: z.ZodType<T>, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const again = method === 'GET' && attempt < ATTEMPTS;
      try {
        const response = await this.ask(method, path, body === undefined ? '' : JSON.stringify(body));
        if (!again || !PASSING_STATUSES.includes(response.status))
          return await readAnswer(schema, response, { method, path });
      } catch (error) {
        if (!again || !isPassing(error)) throw explain(error, `ask the engine (${nameCall({ method, path })})`);
      }
      await wait(250 * 2 ** attempt);
    }
  }

  /** Settings of clients of AWS in the engine's account and region, as the caller. */
  get settings(): Access & { readonly region: string } {
    return { region: this.address.region, ...this.access };
  }

  /** The engine's time, in milliseconds since the epoch: that of its last answer, and the time since. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** Puts an artifact into the release bucket under its key, with its SHA-256. Returns the version id. */
  async push(
    key: string,
    body: Uint8Array,
  ): Promise<{ readonly key: string; readonly versionId: string; readonly sha256: string }> {
    const digest = createHash('sha256').update(body).digest();
    const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client(this.settings);
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
      throw explainPush(explain(error, `put ${key} into ${this.address.bucket}`), key);
    }
  }

  /** As `send`, and of what has not changed, what was answered before. */
  private async ask(method: string, path: string, body: string): Promise<Response> {
    if (method !== 'GET') return this.send(method, path, body);
    const known = this.answers.get(path);
    const response = await this.send(method, path, body, known === undefined ? {} : { 'if-none-match': known.etag });
    if (response.status === 304 && known !== undefined) return new Response(known.text);
    const etag = response.headers.get('etag');
    this.answers.delete(path);
    if (!response.ok || etag === null) return response;
    const text = await response.text();
    this.answers.set(path, { etag, text });
    for (const [oldest] of this.answers) if (this.answers.size > REMEMBERED) this.answers.delete(oldest);
    return new Response(text, { status: response.status, headers: response.headers });
  }

  /** Signs each time: a signature is valid for minutes. */
  private async send(
    method: string,
    path: string,
    body: string,
    conditions: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const url = new URL(path, this.address.apiUrl);
    // A "?" with nothing behind it: Node.js 24 would send it.
    if (url.search === '') url.search = '';
    const content = body === '' ? {} : { body };
    const signer = new SignatureV4({
      service: 'execute-api',
      region: this.address.region,
      credentials: this.access.credentials,
      sha256: Hash.bind(null, 'sha256'),
    });
    const { headers } = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...conditions, ...(body === '' ? {} : { 'content-type': 'application/json' }) },
      ...content,
    });
    const response = await fetch(url, {
      method,
      headers,
      ...content,
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const told = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(told)) this.ahead = told - Date.now();
    return response;
  }
}

/** @throws CommandError when the parameter is not what the engine's stack writes */
function addressOf(text: string): EngineAddress {
  try {
    return engineSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(
      `The parameter ${engineParameterName} does not say where the engine is: deploy ReleaseEngine again.`,
      exitCode.failed,
      { code: 'cli.engine-address' },
    );
  }
}

/** Whom the engine's policy lets drop artifacts, the release bucket does not say. */
function explainPush(refusal: CommandError, key: string): CommandError {
  if (refusal.exitCode !== exitCode.denied) return refusal;
  const service = planKeyService(key) ?? key.split('/')[0] ?? '';
  const advice = `If the engine's policy lists "uploaders" for ${service} (by its name or a pattern), only they may push it: push as one of them, or ask the platform team to list you.`;
  return new CommandError(`${refusal.message} ${advice}`, refusal.exitCode, refusal.details);
}
