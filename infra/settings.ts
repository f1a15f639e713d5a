import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node } from 'constructs';
import * as z from 'zod';
import { readJson, readUtf8 } from '../core/artifact/json-text.ts';
import { defaultExternalId } from '../core/contract/names.ts';
import { checkPolicy } from '../core/policy/check-policy.ts';
import type { Policy } from '../core/policy/policy.ts';
import { accountId, nameTarget, regionName, type Target } from '../core/values/identifiers.ts';
import { policyProblemLines } from '../core/policy/problem-lines.ts';

/** The engine's account, region and names: the `sluice:…` context of `cdk.json`, or `--context` of the CDK's command. */
const contextSchema = z.object({
  'sluice:engine-account': accountId,
  'sluice:engine-region': regionName,
  /** From address of the engine's e-mails. */
  'sluice:sender': z.email(),
  /** The policy file, from the repository's root. */
  'sluice:policy': z.string().min(1).default('policy.json'),
  /** The external id with which the engine assumes a target's roles. */
  'sluice:external-id': z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
  /** Base URL of Slack's Web API, with a slash at its end; GovSlack has another. */
  'sluice:slack-api-url': z.url().regex(/\/$/, 'must end with a slash').default('https://slack.com/api/'),
  /**
   * How many invocations of `receive`, and of `wake`, the account keeps free for each of them. Not where the account's quota of
   * concurrent executions would leave less than 100 to other functions: Lambda refuses that.
   */
  'sluice:reserved-concurrency': z.coerce.number().int().min(1).max(1000).optional(),
});

/** Everything the stacks are made from. */
export interface Settings {
  readonly engine: Target;
  readonly sender: string;
  readonly externalId: string;
  /** Of `receive`, and of `wake`; undefined where the account keeps none free. */
  readonly reservedConcurrency: number | undefined;
  readonly slackApiUrl: string;
  readonly policy: Policy;
  readonly policyFile: string;
  readonly targets: readonly Target[];
}

/** Reads context and policy. @throws Error that lists everything that is wrong */
export function readSettings(node: Node): Settings {
  const given = Object.fromEntries(
    Object.keys(contextSchema.shape).map((key): [string, unknown] => [key, node.tryGetContext(key)]),
  );
  const context = contextSchema.safeParse(given);
  if (!context.success) throw new Error(`The context (cdk.json) is wrong:\n${z.prettifyError(context.error)}`);
  const { data } = context;
  const policyFile = path.resolve(import.meta.dirname, '..', data['sluice:policy']);
  const policy = policyOf(policyFile);
  const engine = { account: data['sluice:engine-account'], region: data['sluice:engine-region'] };
  const targets = targetsOf(policy);
  refuseOtherPartitions([engine, ...targets]);
  return {
    engine,
    sender: data['sluice:sender'],
    externalId: data['sluice:external-id'] ?? defaultExternalId(engine.account),
    reservedConcurrency: data['sluice:reserved-concurrency'],
    slackApiUrl: data['sluice:slack-api-url'],
    policy,
    policyFile,
    targets,
  };
}

function policyOf(file: string): Policy {
  const bytes = readFileSync(file);
  const json = readJson(bytes);
  if ('fault' in json) throw new Error(`${file} ${json.fault}: ${json.advice}. [policy.not-json]`);
  const reading = checkPolicy(json.document, new Date().toISOString());
  if ('policy' in reading) return reading.policy;
  const source = { file: path.relative('.', file), text: readUtf8(bytes) ?? '' };
  throw new Error(`${file} is wrong:\n${policyProblemLines(reading.problems, source).join('\n')}`);
}

/** Regions of other partitions begin so: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const otherPartitions = /^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-/;

// ARNs of the partition `aws` stand in roles, policies and functions, and no role of one partition is trusted in another.
function refuseOtherPartitions(places: readonly Target[]): void {
  const elsewhere = [...new Set(places.map(({ region }) => region))].filter((region) => otherPartitions.test(region));
  if (elsewhere.length > 0)
    throw new Error(
      `Sluice does not support Regions of other partitions than "aws" yet: ${elsewhere.join(', ')}. Take them out of the policy, or name another sluice:engine-region.`,
    );
}

/** Every target of the policy, once: environments that share an account and region share what is prepared there. */
function targetsOf(policy: Policy): Target[] {
  const targets = Object.values(policy.environments).flatMap(({ waves }) => waves.flatMap((wave) => wave.targets));
  const names = targets.map(nameTarget);
  return targets.filter((target, index) => names.indexOf(nameTarget(target)) === index);
}
