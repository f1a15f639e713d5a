import * as z from 'zod';
import { defaultStackName } from '../contract/names.ts';
import { slackChannel } from './slack.ts';
import { environmentName } from '../values/identifiers.ts';

/** One entry of the policy's `services`: what is released by whom, where, and under which names. */

/** A service's name, or a pattern: what the names of several services begin with, up to a "-", and `*`. */
export const entryKey = z
  .string()
  .regex(
    /^(?=.{1,30}$)(?:\*|[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*(?:-\*)?)$/,
    'must be the name of a service (1–30 lower-case letters and digits, words joined by "-", each word starting with a letter) or a pattern such as "team-a-*" or "*"',
  );

const stackPattern = z
  .string()
  .regex(
    /^(?=[A-Za-z{])(?!.*--)(?:[A-Za-z0-9-]|\{service\}|\{environment\})+(?<!-)$/,
    'must begin with a letter and be made of letters, digits, single "-" and the placeholders {service} and {environment}; there are no others',
  );

const namePattern = z
  .string()
  .max(128)
  .regex(
    /^(?:[A-Za-z0-9]|\{service\}|\{environment\})(?:[\w.-]|\{service\}|\{environment\})*\*?$/,
    'must be a name of letters, digits, ".", "_", "-" and the placeholders {service} and {environment}, with "*" at its end only',
  );

/** A session of a role shows the role's ARN, so that is what is compared. */
const uploaderArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::[0-9]{12}:(?:role|user)\/[\w+=,.@/-]+$/,
    'must be the ARN of an IAM role or user (of a session, its role: "arn:aws:iam::111111111111:role/orders-ci"), without wildcards',
  );

const apiId = z
  .string()
  .regex(
    /^([a-z0-9]{10}|[a-z0-9]{26})$/,
    'must be the id of an HTTP or WebSocket API, such as "a1b2c3d4e5", or of one of AppSync, which has 26 characters',
  );

export const entrySchema = z.strictObject({
  environments: z.array(environmentName).min(1).max(10),
  /** How the stacks of its services are called. */
  stack: stackPattern.default(defaultStackName('{service}', '{environment}')),
  /** What the resources of these stacks may be called besides what CloudFormation names after the stack: eight short names fill the policy of a session. */
  names: z.array(namePattern).max(5).default([]),
  /** Who may drop its artifacts; whoever may write to the release bucket where this is left out. */
  uploaders: z.array(uploaderArn).min(1).exactOptional(),
  /** HTTP and WebSocket APIs of other stacks in which its services may have routes; whoever has one of them may change all in it. */
  sharedApis: z.array(apiId).min(1).max(50).exactOptional(),
  /** The Slack channel where its releases are told of, instead of that of `notify.slack`. */
  slack: slackChannel.exactOptional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** Entries by their keys. */
export type Entries = Readonly<Record<string, Entry>>;

/** An entry and the key it stands under. */
export interface KeyedEntry {
  readonly key: string;
  readonly entry: Entry;
}

/** Does the key stand for many services? */
export function isPattern(key: string): boolean {
  return key.endsWith('*');
}

/** What the names of an entry's services begin with; of an exact entry, the name. */
export function keyPrefix(key: string): string {
  return isPattern(key) ? key.slice(0, -1) : key;
}

/** The entry that speaks of a service: the one of its name, else the pattern with the longest prefix. */
export function entryOf({ services }: { readonly services: Entries }, service: string): KeyedEntry | undefined {
  const fitting = Object.entries(services).filter(([key]) =>
    isPattern(key) ? service.startsWith(keyPrefix(key)) : key === service,
  );
  const [best] = fitting.sort(([one], [other]) => exactness(other) - exactness(one));
  return best === undefined ? undefined : { key: best[0], entry: best[1] };
}

/** Of two keys that fit one service, the more exact one has the higher number. */
function exactness(key: string): number {
  return isPattern(key) ? keyPrefix(key).length : Number.POSITIVE_INFINITY;
}
