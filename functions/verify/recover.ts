import { describeFunctionError } from '../../core/checks/redact.ts';
import { RollbackFailed, TargetUnreachable } from '../../core/contract/errors.ts';
import { recoveryFunction, recoveryPayload, recoverySeconds } from '../../core/manifest/recovery.ts';
import type { EventOf } from '../../core/release/events.ts';
import type { TargetPhase } from '../../core/release/head.ts';
import type { EnvironmentTarget, TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { Invocation } from '../../adapters/lambda/live-functions.ts';
import { updateRelease, type WriteContext } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { appendRollbackFailure } from '../../engine/ledger/rollback-failure.ts';
import type { VerifyServices } from './services.ts';
import { findMove, openVerification, type VerificationContext } from './verification-context.ts';

/** One recovery: which function, and with what. */
interface Recovery {
  readonly release: string;
  readonly where: EnvironmentTarget;
  readonly evidence: { readonly function: string; readonly idempotencyKey: string };
  readonly request: Invocation;
}

/**
 * Calls the manifest's function that undoes changes to data. Lambda does not deduplicate calls: one whose answer was lost is
 * made again, with the same idempotency key. @throws RollbackFailed
 */
export async function recover(
  input: TaskInput<'recover'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'recover'>> {
  const { release, environment, account, region } = input;
  const where = { environment, account, region };
  const head = await readHead(services.ledger, release);
  const phase = head.environments[environment]?.targets[nameTarget(where)];
  if (phase !== 'trafficRestored' && phase !== 'recovering') return {};
  const verification = await openVerification(services, release, where);
  const recovery = await recoveryOf(services, verification, release, where, invocation);
  const writing = { ledger: services.ledger, invocation };
  await recordOnce(writing, recovery, 'recoveryStarted', recovery.evidence);
  const milliseconds = await invokeRecovery(services, verification, recovery, invocation);
  await recordOnce(writing, recovery, 'recovered', { ...recovery.evidence, milliseconds });
  return {};
}

const phaseBefore = { recoveryStarted: 'trafficRestored', recovered: 'recovering' } as const satisfies Record<
  string,
  TargetPhase
>;

/** Records the event, once. */
async function recordOnce(
  writing: WriteContext,
  { release, where }: Recovery,
  type: keyof typeof phaseBefore,
  evidence: NonNullable<EventOf<'recovered'>['evidence']>,
): Promise<void> {
  const target = nameTarget(where);
  const { environment } = where;
  await updateRelease(writing, release, (head) => {
    if (head.environments[environment]?.targets[target] !== phaseBefore[type]) return { result: 'said' };
    const { actor } = writing.invocation;
    return {
      result: 'recorded',
      events: [{ type, at: writing.invocation.now(), actor, environment, target, evidence }],
    };
  });
}

/**
 * The new version's own code, since the old one does not know what the new one did to the data. By its published number, which
 * is immutable, where an alias of the function moves; otherwise the latest code, which is still the new version's: the stack
 * is restored only after this.
 */
async function recoveryOf(
  services: VerifyServices,
  verification: VerificationContext,
  release: string,
  where: EnvironmentTarget,
  invocation: InvocationContext,
): Promise<Recovery> {
  const { manifest } = verification.plan;
  const name = recoveryFunction(manifest) ?? '';
  const functionName = await verification.physicalId(name);
  if (functionName === undefined) {
    throw await fail(
      services,
      invocation,
      release,
      where,
      `The stack has no function ${name} to undo changes to data.`,
    );
  }
  const qualifier = (await findMove(verification, name))?.to;
  const payload = recoveryPayload(release, where, manifest, verification.item.formerRelease?.version);
  return {
    ...{ release, where },
    evidence: { function: `${functionName}:${qualifier ?? '$LATEST'}`, idempotencyKey: payload.idempotencyKey },
    request: { functionName, qualifier, payload, timeoutMilliseconds: 1000 * recoverySeconds },
  };
}

/** @returns how long it took, in milliseconds */
async function invokeRecovery(
  services: VerifyServices,
  { target }: VerificationContext,
  { release, where, evidence, request }: Recovery,
  invocation: InvocationContext,
): Promise<number> {
  const begun = Date.parse(invocation.now());
  const failed = (sentence: string) => fail(services, invocation, release, where, sentence, evidence);
  const who = `The function ${evidence.function}, which undoes changes to data,`;
  const answer = await target.functions.invoke(request).catch(async (problem: unknown) => {
    if (!(problem instanceof Error)) throw problem;
    if (/^(Abort|Timeout)Error$/.test(problem.name)) {
      throw await failed(`${who} did not answer within ${recoverySeconds} seconds.`);
    }
    // A retry would not help: a person has to.
    if (/^(AccessDenied|ResourceNotFound)Exception$/.test(problem.name)) {
      throw await failed(`${who} could not be called: ${problem.message}`);
    }
    const sentence = `${who} could not be called: ${problem.name}: ${problem.message}`;
    throw new TargetUnreachable(sentence, { release, ...where, cause: problem });
  });
  if (answer.functionError === undefined) return Date.parse(invocation.now()) - begun;
  throw await failed(`${who} failed: ${describeFunctionError(answer.payload)}.`);
}

/** Data is not what the old version expects: the rollback is not clean. */
async function fail(
  { ledger }: VerifyServices,
  invocation: InvocationContext,
  release: string,
  where: EnvironmentTarget,
  sentence: string,
  evidence?: Recovery['evidence'],
): Promise<RollbackFailed> {
  const failure = new RollbackFailed(sentence, { release, ...where });
  await appendRollbackFailure(
    { ledger, invocation },
    release,
    where,
    failure,
    evidence === undefined ? {} : { ...evidence },
  );
  return failure;
}
