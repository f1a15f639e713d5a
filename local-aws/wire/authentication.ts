import { timingSafeEqual } from 'node:crypto';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from '../kernel/errors.ts';
import type { IdentityPort } from '../kernel/ports.ts';
import type { Caller } from '../kernel/principal.ts';
import type { HttpRequest } from './http.ts';

/** The parts of an `Authorization: AWS4-HMAC-SHA256 …` header. */
export interface SignedScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name, e.g. `states`. */
  readonly service: string;
  readonly signedHeaders: ReadonlySet<string>;
  readonly signature: string;
}

/** What the request claims to be signed for; undefined for an unsigned one. Nothing is verified here. */
export function scopeOf(request: HttpRequest): SignedScope | undefined {
  const header = request.headers['authorization'];
  if (header === undefined) return undefined;
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (found === null)
    throw new AwsError('IncompleteSignature', 'The Authorization header is not a Signature Version 4 header.', 403);
  const [, accessKeyId = '', region = '', service = '', signedHeaders = '', signature = ''] = found;
  return { accessKeyId, region, service, signedHeaders: new Set(signedHeaders.split(';')), signature };
}

/**
 * Who signed the request, verified as AWS does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * One thing differs: the date may be any. The local AWS's clock runs ahead of the clients', which AWS's clock does not.
 * @throws AwsError UnrecognizedClientException, ExpiredTokenException, InvalidSignatureException, MissingAuthenticationTokenException
 */
export async function authenticate(request: HttpRequest, identity: IdentityPort, service?: string): Promise<Caller> {
  const scope = scopeOf(request);
  if (scope === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  if (service !== undefined && scope.service !== service) {
    throw new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      403,
    );
  }
  const known = identity.identify(scope.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (known === undefined || known.credentials.sessionToken !== token) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  }
  const expected = await signatureFor(request, scope, known.credentials);
  if (
    expected.length !== scope.signature.length ||
    !timingSafeEqual(Buffer.from(expected), Buffer.from(scope.signature))
  ) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
      403,
    );
  }
  const { principal } = known;
  if (principal.type === 'service' || principal.type === 'anonymous')
    throw new TypeError('Access keys belong to users and sessions.');
  return { principal, account: principal.account, region: scope.region };
}

async function signatureFor(
  request: HttpRequest,
  scope: SignedScope,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string },
): Promise<string> {
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    credentials,
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
    uriEscapePath: scope.service !== 's3',
  });
  const date = request.headers['x-amz-date'] ?? '';
  const headers: Record<string, string> = {};
  for (const name of scope.signedHeaders) headers[name] = rawHeader(request, name);
  const contentHash = request.headers['x-amz-content-sha256'];
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: request.headers['host'] ?? '',
      path: request.path,
      query: queryOf(request),
      // The library hashes the body unless the hash stands in a header; a header outside the signed ones must not take part.
      headers:
        contentHash === undefined || scope.signedHeaders.has('x-amz-content-sha256')
          ? headers
          : { ...headers, 'x-amz-content-sha256': contentHash },
      body: request.rawBody,
    },
    {
      signingDate: parseDate(date),
      signableHeaders: new Set(scope.signedHeaders),
      unsignableHeaders: unsigned(scope.signedHeaders),
    },
  );
  return /Signature=([0-9a-f]{64})/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '';
}

/** `content-encoding` is rewritten when chunk framing is taken off; the signature was made over the original. */
function rawHeader(request: HttpRequest, name: string): string {
  return request.signedHeaderValues[name] ?? '';
}

function unsigned(signedHeaders: ReadonlySet<string>): Set<string> {
  return new Set(['x-amz-content-sha256'].filter((name) => !signedHeaders.has(name)));
}

function queryOf(request: HttpRequest): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(request.query.keys())) {
    const values = request.query.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}

function parseDate(amzDate: string): Date {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  if (found === null)
    throw new AwsError('IncompleteSignature', 'X-Amz-Date must be a date like 20261120T090000Z.', 403);
  const [, year, month, day, hour, minute, second] = found;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
