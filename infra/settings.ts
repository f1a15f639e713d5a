import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node } from 'constructs';
import * as z from 'zod';
import { defaultExternalId } from '../core/contract/names.ts';
import { readPolicy, type Policy } from '../core/policy/policy.ts';
import { accountId, nameTarget, regionName, type Target } from '../core/values/identifiers.ts';

/** Where the engine lives and how it is known: the `sluice:…` context of `cdk.json`, or `--context` of the CDK's command. */
const contextSchema = z.object({
  'sluice:engine-account': accountId,
  'sluice:engine-region': regionName,
  /** From address of the engine's e-mails. */
  'sluice:sender': z.email(),
  /** The policy file, from the repository's root. */
  'sluice:policy': z.string().min(1).default('policy.json'),
  /** What the engine shows to assume a target's roles. */
  'sluice:external-id': z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
});

/** One target of the policy, and the first environment that has it. */
interface EnvironmentTarget extends Target {
  readonly environment: string;
}

/** Everything the stacks are made from. */
export interface Settings {
  readonly engine: Target;
  readonly sender: string;
  readonly externalId: string;
  readonly policy: Policy;
  readonly policyFile: string;
  readonly targets: readonly EnvironmentTarget[];
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
  return {
    engine,
    sender: data['sluice:sender'],
    externalId: data['sluice:external-id'] ?? defaultExternalId(engine.account),
    policy,
    policyFile,
    targets: targetsOf(policy),
  };
}

function policyOf(file: string): Policy {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const reading = readPolicy(document);
  if ('policy' in reading) return reading.policy;
  throw new Error(`${file} is wrong:\n${reading.problems.map(({ message }) => `- ${message}`).join('\n')}`);
}

/** Every target of the policy, once: environments that share an account and region share what is prepared there. */
function targetsOf(policy: Policy): EnvironmentTarget[] {
  const targets = Object.entries(policy.environments).flatMap(([environment, { waves }]) =>
    waves.flatMap((wave) => wave.targets.map((target) => ({ environment, ...target }))),
  );
  const names = targets.map(nameTarget);
  return targets.filter((target, index) => names.indexOf(nameTarget(target)) === index);
}
