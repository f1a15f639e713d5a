import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { UnsignedAnswer, UnsignedRequest } from '../../../kernel/service.ts';

/** What a response has to say; everything else in it is not read. */
const response = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1024).optional(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  NoEcho: z.boolean().nullish(),
  Data: z.record(z.string(), z.unknown()).nullish(),
});
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
export type CustomResponse = z.infer<typeof response>;

/** A response that came, `unreadable` for one that is none, `none` where the time ran out. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: CustomResponse }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'none' };

/** "The total size of the response body can't exceed 4096 bytes." */
const LARGEST_RESPONSE = 4096;
const BUCKET = 'cloudformation-custom-resource-response-';

/**
 * The presigned URLs that custom resources answer to. As a presigned URL of S3, one lets in whoever has it, without a signature of
 * theirs; the first response counts.
 */
export class Responses {
  private readonly waiting = new Map<string, (outcome: Outcome) => void>();
  private readonly answered = new Set<string>();

  constructor(private readonly kernel: Kernel) {}

  /** Opens a URL. `outcome` settles with what is put there, or once `milliseconds` have passed. */
  open(
    region: string,
    key: string,
    milliseconds: number,
  ): { readonly url: string; readonly outcome: () => Promise<Outcome> } {
    const signature = randomBytes(32).toString('hex');
    const bucket = `${BUCKET}${region.replaceAll('-', '')}`;
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7200&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;
    const arrived = new Promise<Outcome>((resolve) => this.waiting.set(signature, resolve));
    return {
      url: `${this.kernel.endpoint()}/${bucket}/${encodeURIComponent(key)}?${query}`,
      outcome: async () => {
        const late = this.kernel.clock.after(milliseconds, () => this.settle(signature, { kind: 'none' }), LABEL);
        try {
          return await arrived;
        } finally {
          late.cancel();
        }
      },
    };
  }

  /** Takes what is put to one of the URLs; undefined for a request to any other. */
  take({ method, path, query, body }: UnsignedRequest): UnsignedAnswer | undefined {
    if (!path.startsWith(`/${BUCKET}`)) return undefined;
    const signature = query.get('X-Amz-Signature') ?? '';
    // S3 takes a second object of the same name; CloudFormation has read the first.
    if (method === 'PUT' && this.answered.has(signature)) return { status: 200, code: undefined };
    if (method !== 'PUT' || !this.waiting.has(signature)) return { status: 403, code: 'SignatureDoesNotMatch' };
    this.settle(signature, readResponse(body));
    return { status: 200, code: undefined };
  }

  private settle(signature: string, outcome: Outcome): void {
    this.waiting.get(signature)?.(outcome);
    this.waiting.delete(signature);
    this.answered.add(signature);
  }
}

const LABEL = 'CloudFormation waits for a custom resource';

function readResponse(body: Buffer): Outcome {
  if (body.length > LARGEST_RESPONSE) return { kind: 'unreadable', reason: 'Response object is too long.' };
  const parsed = response.safeParse(parseJson(body.toString('utf8')));
  if (parsed.success) return { kind: 'response', response: parsed.data };
  const where = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  return { kind: 'unreadable', reason: `Invalid response object: ${where}` };
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}
