import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request as Slack signed it. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export interface SignedRequest {
  /** The body, byte by byte. */
  readonly body: Uint8Array;
  /** Headers `X-Slack-Request-Timestamp` and `X-Slack-Signature`. */
  readonly timestamp: string | null;
  readonly signature: string | null;
}

/** Seconds by which a request may be older, or newer, than the present. */
export const WINDOW_SECONDS = 300;

/** Is it late, or from a clock that nobody has? No secret is needed to tell. */
export function isTimely({ timestamp }: Pick<SignedRequest, 'timestamp'>, now: string): boolean {
  if (timestamp === null || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(Date.parse(now) / 1000 - Number(timestamp)) <= WINDOW_SECONDS;
}

/** Did whoever has the secret sign these bytes at that time? An empty secret signs nothing. */
export function isSigned({ body, timestamp, signature }: SignedRequest, secret: string): boolean {
  if (secret === '' || timestamp === null || signature === null) return false;
  const expected = Buffer.from(slackSignature(body, timestamp, secret));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** `v0=` and the HMAC-SHA256, in hex digits. */
export function slackSignature(body: Uint8Array, timestamp: string, secret: string): string {
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body);
  return `v0=${hmac.digest('hex')}`;
}
