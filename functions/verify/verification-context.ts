import { DataUnreadable } from '../../core/contract/errors.ts';
import type { TargetItem } from '../../core/ledger/items.ts';
import { ownMember } from '../../core/values/records.ts';
import { environmentOf, type Plan } from '../../core/release/plan.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { Http } from '../../adapters/http/http.ts';
import type { VerifyTarget } from '../../adapters/targets/verify-target.ts';
import { readPlan, readTarget } from '../../engine/ledger/read.ts';
import type { VerifyServices } from './services.ts';

/** What is verified: one target of a release, reachable. */
export interface VerificationContext {
  readonly plan: Plan;
  readonly item: TargetItem;
  readonly target: VerifyTarget;
  readonly http: Http;
  /** Physical id of a resource of the stack; undefined when it has none of that name. */
  readonly physicalId: (logicalId: string) => Promise<string | undefined>;
}

/** @throws DataUnreadable when nothing was prepared there */
export async function openVerification(
  { ledger, open, http }: VerifyServices,
  release: string,
  where: EnvironmentTarget,
): Promise<VerificationContext> {
  const [plan, item] = await Promise.all([readPlan(ledger, release), readTarget(ledger, release, where)]);
  if (item === undefined) throw new DataUnreadable('The target was not prepared.', { release, ...where });
  const { stackName, resourceNames, entry } = environmentOf(plan, where.environment);
  const target = await open({ stackName, resourceNames, entry, release, ...where });
  return {
    plan,
    item,
    target,
    http: http({ addresses: plan.allowAddresses, hosts: plan.allowHosts }),
    physicalId: lookUp(target, item.stackName),
  };
}

// The stack's resources are listed once, and only when a check needs one.
function lookUp(target: VerifyTarget, stack: string): VerificationContext['physicalId'] {
  let listed: Promise<Map<string, string>> | undefined;
  const list = async (): Promise<Map<string, string>> =>
    new Map((await target.stacks.resources(stack)).map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  return async (logicalId) => {
    listed ??= list();
    return (await listed).get(logicalId);
  };
}

/** A function as a check reaches it. */
export interface ReachableFunction {
  readonly functionName: string;
  /** Version or alias; undefined for a function that no alias guards. */
  readonly qualifier?: string | undefined;
}

/** How a function is reached: the new version or the one before by its number, or the alias that users get. */
export type ReachBy = 'version' | 'previous' | 'alias';

/** Finds the function of a check. */
export async function findFunction(
  { item, physicalId: find }: VerificationContext,
  logicalId: string,
  by: ReachBy,
): Promise<ReachableFunction | undefined> {
  const physicalId = await find(logicalId);
  if (physicalId === undefined) return undefined;
  const functionName = plainName(physicalId);
  const guards = [...(item.moves ?? []), ...(item.rollbackPoint?.aliases ?? [])];
  const guard = guards.find((alias) => plainName(alias.functionName) === functionName);
  if (guard === undefined) return { functionName };
  if (by === 'alias') return { functionName, qualifier: guard.aliasName };
  if (by === 'previous') return { functionName, qualifier: item.moves?.find((move) => move === guard)?.from };
  return { functionName, qualifier: item.moves?.find((move) => move === guard)?.to ?? guard.version };
}

/** How a function moves. */
export type Move = NonNullable<TargetItem['moves']>[number];

/** How the function of a check moves; undefined for one that no alias guards. */
export async function findMove(
  { item, physicalId: find }: VerificationContext,
  logicalId: string,
): Promise<Move | undefined> {
  const physicalId = await find(logicalId);
  if (physicalId === undefined) return undefined;
  return item.moves?.find(({ functionName }) => plainName(functionName) === plainName(physicalId));
}

// A function is named by its name or by its ARN.
function plainName(name: string): string {
  return name.startsWith('arn:') ? (name.split(':')[6] ?? name) : name;
}

/** The hosts of all URLs in the stack's outputs. */
export function outputHosts({ item }: VerificationContext): string[] {
  return Object.values(item.outputs ?? {}).flatMap((value) => {
    return /^https?:/i.test(value) && URL.canParse(value) ? [new URL(value).hostname] : [];
  });
}

/** The URL behind an output of the stack. */
export async function findUrl({ item, target }: VerificationContext, output: string): Promise<string | undefined> {
  const known = ownMember(item.outputs ?? {}, output);
  return known ?? ownMember((await target.stacks.describe(item.stackName))?.outputs ?? {}, output);
}
