import * as z from 'zod';
import type { FunctionName } from './names.ts';

/**
 * The environment of every function, defined once: the stack sets exactly these, the function parses them once per cold start.
 */
const arn = z.string().regex(/^arn:[a-z-]+:/, 'must be an ARN');

const variables = {
  SLUICE_LEDGER_TABLE: z.string().min(1),
  SLUICE_RELEASE_BUCKET: z.string().min(1),
  /** Name of the bucket that holds what judgements rest on. */
  SLUICE_EVIDENCE_BUCKET: z.string().min(1),
  /** Name of the bucket that holds the digests of the ledger. */
  SLUICE_DIGEST_BUCKET: z.string().min(1),
  /** ARN of the alias of the release machine. */
  SLUICE_STATE_MACHINE: arn,
  /** ARN of the alias of the machine that plans what is not released. */
  SLUICE_PLAN_MACHINE: arn,
  /** Base URL of the HTTP API, without a slash at its end. */
  SLUICE_API_URL: z.string().regex(/^https?:\/\/.*[^/]$/, 'must be a URL without a slash at its end'),
  /** ARN of the asymmetric KMS key that signs approval links. */
  SLUICE_LINK_KEY: arn,
  /** From address of e-mails. */
  SLUICE_SENDER: z.string().min(3),
  /** Base URL of Slack's Web API. */
  SLACK_API_URL: z.string().regex(/^https?:\/\/.*\/$/, 'must be a URL with a slash at its end'),
  /** ARN of the SNS topic that pages the person on call. */
  SLUICE_PAGER_TOPIC: arn,
  /** The external id that target roles require. */
  SLUICE_EXTERNAL_ID: z.string().min(2),
  /** Are transitions put on the event bus? */
  SLUICE_RELEASE_EVENTS: z.enum(['on', 'off']),
  /** ARN of the function that verifies. */
  SLUICE_VERIFY_FUNCTION: arn,
  /** ARN of the function that receives what is dropped. */
  SLUICE_RECEIVE_FUNCTION: arn,
  /** ARN of the function that delivers messages to people. */
  SLUICE_NOTIFY_FUNCTION: arn,
  /** Name of the reconciler's schedule, enabled only while something is open. */
  SLUICE_RECONCILER_SCHEDULE: z.string().min(1),
} as const;

const everywhere = {
  POWERTOOLS_SERVICE_NAME: z.string().min(1),
  POWERTOOLS_LOG_LEVEL: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL']),
} as const;

const {
  SLUICE_LEDGER_TABLE,
  SLUICE_RELEASE_BUCKET,
  SLUICE_EVIDENCE_BUCKET,
  SLUICE_DIGEST_BUCKET,
  SLUICE_STATE_MACHINE,
  SLUICE_PLAN_MACHINE,
  SLUICE_API_URL,
  SLUICE_LINK_KEY,
  SLUICE_SENDER,
  SLUICE_PAGER_TOPIC,
  SLACK_API_URL,
  SLUICE_EXTERNAL_ID,
  SLUICE_RELEASE_EVENTS,
  SLUICE_VERIFY_FUNCTION,
  SLUICE_NOTIFY_FUNCTION,
  SLUICE_RECEIVE_FUNCTION,
  SLUICE_RECONCILER_SCHEDULE,
} = variables;

/** Schema of each function's environment. Unknown variables (AWS sets many) are dropped by parsing. */
export const environmentSchemas = {
  receive: z.object({
    ...everywhere,
    SLUICE_LEDGER_TABLE,
    SLUICE_RELEASE_BUCKET,
    SLUICE_STATE_MACHINE,
    SLUICE_RECONCILER_SCHEDULE,
    SLUICE_RELEASE_EVENTS,
  }),
  validate: z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_RELEASE_BUCKET }),
  gate: z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_NOTIFY_FUNCTION }),
  deploy: z.object({
    ...everywhere,
    SLUICE_LEDGER_TABLE,
    SLUICE_EVIDENCE_BUCKET,
    SLUICE_RELEASE_BUCKET,
    SLUICE_EXTERNAL_ID,
  }),
  verify: z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_EVIDENCE_BUCKET, SLUICE_EXTERNAL_ID }),
  decide: z.object({
    ...everywhere,
    SLUICE_LEDGER_TABLE,
    SLUICE_API_URL,
    SLUICE_LINK_KEY,
    SLUICE_STATE_MACHINE,
    SLUICE_PLAN_MACHINE,
    SLUICE_RELEASE_BUCKET,
    SLUICE_NOTIFY_FUNCTION,
    SLUICE_RECONCILER_SCHEDULE,
  }),
  read: z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_EVIDENCE_BUCKET, SLUICE_DIGEST_BUCKET }),
  wake: z.object({
    ...everywhere,
    SLUICE_LEDGER_TABLE,
    SLUICE_EVIDENCE_BUCKET,
    SLUICE_DIGEST_BUCKET,
    SLUICE_EXTERNAL_ID,
    SLUICE_STATE_MACHINE,
    SLUICE_VERIFY_FUNCTION,
    SLUICE_NOTIFY_FUNCTION,
    SLUICE_RELEASE_BUCKET,
    SLUICE_RECEIVE_FUNCTION,
    SLUICE_RECONCILER_SCHEDULE,
    SLUICE_RELEASE_EVENTS,
  }),
  notify: z.object({
    ...everywhere,
    SLUICE_LEDGER_TABLE,
    SLUICE_API_URL,
    SLUICE_LINK_KEY,
    SLUICE_SENDER,
    SLUICE_PAGER_TOPIC,
    SLACK_API_URL,
  }),
  'sign-in': z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_API_URL }),
  interact: z.object({ ...everywhere, SLUICE_LEDGER_TABLE, SLUICE_API_URL, SLUICE_NOTIFY_FUNCTION, SLACK_API_URL }),
} as const satisfies Record<FunctionName, z.ZodObject>;

/** The parsed environment of one function. */
export type FunctionEnvironment<Name extends FunctionName> = z.infer<(typeof environmentSchemas)[Name]>;

/** The variables the stack must set on a function: no more, no fewer. */
export function environmentVariableNames(name: FunctionName): string[] {
  return Object.keys(environmentSchemas[name].shape);
}
