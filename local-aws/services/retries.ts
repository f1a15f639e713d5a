/**
 * How EventBridge and EventBridge Scheduler try again.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import { NOT_SIMULATED, type AwsError } from '../kernel/errors.ts';

/** What stands when nothing is said: 185 retries within 24 hours. */
const MOST_RETRIES = 185;
const LONGEST_AGE_SECONDS = 86_400;

export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
}

/** How long (milliseconds) to wait after a failure, or the attribute that tells a dead-letter queue why there is no next time. */
export function nextAttempt(
  error: AwsError,
  /** `since` and `now` in milliseconds since the epoch; `retries` that went before. */
  { retries, since, now }: { readonly retries: number; readonly since: number; readonly now: number },
  policy: RetryPolicy = {},
): { readonly wait: number } | { readonly giveUp: Readonly<Record<string, string>> } {
  const code = errorCodeOf(error);
  // Nothing gets better by asking again without permission, or for what is not there.
  if (code === 'NO_PERMISSIONS' || code === 'NO_RESOURCE' || error.code === NOT_SIMULATED) return { giveUp: {} };
  if (retries >= (policy.MaximumRetryAttempts ?? MOST_RETRIES))
    return { giveUp: { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } };
  // Doubling from one second to eight minutes, so that 185 retries span a day. AWS adds jitter, which would only blur tests.
  const wait = Math.min(2 ** retries, 480) * 1000;
  if (now + wait > since + (policy.MaximumEventAgeInSeconds ?? LONGEST_AGE_SECONDS) * 1000)
    return { giveUp: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' } };
  return { wait };
}

/** The ERROR_CODE of a dead letter. */
export function errorCodeOf({ code, status }: AwsError): string {
  if (/AccessDenied|AuthorizationError|NotAuthorized/.test(code)) return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist|NonExistent|NoSuch/.test(code)) return 'NO_RESOURCE';
  if (/Throttl|TooManyRequests/.test(code)) return 'THROTTLING';
  return status >= 500 ? 'INTERNAL_ERROR' : 'SDK_CLIENT_ERROR';
}
