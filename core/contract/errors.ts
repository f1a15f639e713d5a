/**
 * Every error, by name. A name is a contract: a handler throws it, `SendTaskFailure` sends it, and a `Catch` in a state machine
 * matches it, so it is a literal that survives minifying.
 *
 * Business errors are outcomes of a release (the artifact is invalid, a person declined): they are not retried.
 * Technical errors mean that something could not be reached or read: they are retried, with backoff.
 */

/** Where it happened; every message ends with it. */
export interface ErrorPlace {
  readonly release?: string;
  readonly environment?: string;
  readonly account?: string;
  readonly region?: string;
}

/** What an error carries besides its sentence. */
export interface ErrorDetails extends ErrorPlace {
  readonly cause?: unknown;
  /** Evidence for the ledger: small, JSON, no secrets. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** Base of every error of Sluice. */
export abstract class SluiceError extends Error {
  abstract override readonly name: string;
  /** A stable code for machines and support; never changes once published. */
  abstract readonly code: string;
  /** `business` ends a release, `technical` is retried. */
  abstract readonly kind: 'business' | 'technical';
  readonly place: ErrorPlace;
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(sentence: string, details: ErrorDetails = {}) {
    const place = placeOf(details);
    super(`${sentence}${describePlace(place)}`, details.cause === undefined ? {} : { cause: details.cause });
    this.place = place;
    this.evidence = details.evidence ?? {};
  }
}

function placeOf({ release, environment, account, region }: ErrorDetails): ErrorPlace {
  return {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
}

function describePlace(place: ErrorPlace): string {
  const parts = Object.entries(place).map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

abstract class BusinessError extends SluiceError {
  override readonly kind = 'business';
}

abstract class TechnicalError extends SluiceError {
  override readonly kind = 'technical';
}

/** The artifact breaks a rule; `evidence.problems` lists all of them. */
export class ArtifactRejected extends BusinessError {
  override readonly name = 'ArtifactRejected';
  override readonly code = 'SLUICE-101';
}

/** An approver declined. */
export class ApprovalDeclined extends BusinessError {
  override readonly name = 'ApprovalDeclined';
  override readonly code = 'SLUICE-201';
}

/** The approval's deadline passed without a decision. */
export class ApprovalExpired extends BusinessError {
  override readonly name = 'ApprovalExpired';
  override readonly code = 'SLUICE-202';
}

/** The change or the artifact differs from the one that was approved: the change is previewed and approval requested again. */
export class ApprovalVoid extends BusinessError {
  override readonly name = 'ApprovalVoid';
  override readonly code = 'SLUICE-203';
}

/** This person may not decide this approval. */
export class DecisionRefused extends BusinessError {
  override readonly name = 'DecisionRefused';
  override readonly code = 'SLUICE-204';
}

/** The approval link was altered, is for another approval, or has expired. */
export class LinkInvalid extends BusinessError {
  override readonly name = 'LinkInvalid';
  override readonly code = 'SLUICE-205';
}

/** The approval is decided, or nothing waits for it any more: the sentence says what was decided, and by whom. */
export class ApprovalClosed extends BusinessError {
  override readonly name = 'ApprovalClosed';
  override readonly code = 'SLUICE-206';
}

/** An approval that is needed could never be given: the author is one of the few who may, say. */
export class ApprovalImpossible extends BusinessError {
  override readonly name = 'ApprovalImpossible';
  override readonly code = 'SLUICE-208';
}

/** A request to Slack's routes that Slack did not sign, or not in the last five minutes, or for another workspace or app. */
export class SlackRequestInvalid extends BusinessError {
  override readonly name = 'SlackRequestInvalid';
  override readonly code = 'SLUICE-207';
}

/** A page that needs a session, asked for without one that may read it. */
export class SessionMissing extends BusinessError {
  override readonly name = 'SessionMissing';
  override readonly code = 'SLUICE-211';
}

/** Somebody did not sign in: the issuer's answer does not hold, is not for this browser, or names nobody of the policy. */
export class SignInRefused extends BusinessError {
  override readonly name = 'SignInRefused';
  override readonly code = 'SLUICE-209';
}

/** A request to `/oidc/v1` without an access token that holds: it is not the issuer's, not for this API, or not valid now. */
export class TokenInvalid extends BusinessError {
  override readonly name = 'TokenInvalid';
  override readonly code = 'SLUICE-210';
}

/** A newer release of the service replaced this one while it waited. */
export class ReleaseSuperseded extends BusinessError {
  override readonly name = 'ReleaseSuperseded';
  override readonly code = 'SLUICE-301';
}

/** The release failed or was stopped: it starts nothing new, and its changes are rolled back. */
export class ReleaseHalted extends BusinessError {
  override readonly name = 'ReleaseHalted';
  override readonly code = 'SLUICE-302';
}

/** The environment did not become free in time (hold, window, quarantine). */
export class TurnNotGiven extends BusinessError {
  override readonly name = 'TurnNotGiven';
  override readonly code = 'SLUICE-303';
}

/** The target lacks something the release requires, or a rollback would be impossible. */
export class TargetNotReady extends BusinessError {
  override readonly name = 'TargetNotReady';
  override readonly code = 'SLUICE-401';
}

/** CloudFormation refused a change of a stack, or rolled it back. */
export class ChangeFailed extends BusinessError {
  override readonly name = 'ChangeFailed';
  override readonly code = 'SLUICE-402';
}

/** A CodeDeploy deployment failed or was stopped while it shifted traffic. */
export class TrafficShiftFailed extends BusinessError {
  override readonly name = 'TrafficShiftFailed';
  override readonly code = 'SLUICE-403';
}

/** A smoke check, synthetic traffic or an alarm failed for the new version. */
export class CheckFailed extends BusinessError {
  override readonly name = 'CheckFailed';
  override readonly code = 'SLUICE-404';
}

/** The stack could not be updated to match what is live; the release itself is good. */
export class SettleFailed extends BusinessError {
  override readonly name = 'SettleFailed';
  override readonly code = 'SLUICE-405';
}

/** The checks are inconclusive: a person decides, or the policy rolls back. */
export class CheckInconclusive extends BusinessError {
  override readonly name = 'CheckInconclusive';
  override readonly code = 'SLUICE-406';
}

/** An alarm is firing before anything was changed in the target: the release waits until it is OK. */
export class AlarmAlreadyFiring extends BusinessError {
  override readonly name = 'AlarmAlreadyFiring';
  override readonly code = 'SLUICE-407';
}

/** An alarm was firing before anything was changed, and did not become OK in the time the policy allows. */
export class AlarmKeptFiring extends BusinessError {
  override readonly name = 'AlarmKeptFiring';
  override readonly code = 'SLUICE-408';
}

/** The checks were inconclusive, and no person let the release continue. */
export class ContinueDeclined extends BusinessError {
  override readonly name = 'ContinueDeclined';
  override readonly code = 'SLUICE-409';
}

/** The stack is being changed by someone else, and this release has not changed it: it waits until that change is over. */
export class StackBusy extends BusinessError {
  override readonly name = 'StackBusy';
  override readonly code = 'SLUICE-410';
}

/** Users are on the old version again; the function that undoes changes to data must be called before the stack is restored. */
export class RecoveryDue extends BusinessError {
  override readonly name = 'RecoveryDue';
  override readonly code = 'SLUICE-411';
}

/** The stack's name belongs to another service or environment, or shares names with one that does. */
export class StackTaken extends BusinessError {
  override readonly name = 'StackTaken';
  override readonly code = 'SLUICE-412';
}

/** Live roles or users of the stack have no permissions boundary: the stack is adopted first, in a change of its own. */
export class AdoptionDue extends BusinessError {
  override readonly name = 'AdoptionDue';
  override readonly code = 'SLUICE-413';
}

/** A target could not be rolled back: its environment is quarantined until a person clears it. */
export class RollbackFailed extends BusinessError {
  override readonly name = 'RollbackFailed';
  override readonly code = 'SLUICE-501';
}

/** The environment is not quarantined: there is nothing to clear. */
export class NotQuarantined extends BusinessError {
  override readonly name = 'NotQuarantined';
  override readonly code = 'SLUICE-502';
}

/** The environment is held by another person, or is not held. */
export class HoldRefused extends BusinessError {
  override readonly name = 'HoldRefused';
  override readonly code = 'SLUICE-304';
}

/** The release does not wait for an alarm in this environment: there is nothing to let it in by. */
export class RepairRefused extends BusinessError {
  override readonly name = 'RepairRefused';
  override readonly code = 'SLUICE-305';
}

/** The release takes no such action in the state it is in: the sentence says why, and what can be done instead. */
export class ActionRefused extends BusinessError {
  override readonly name = 'ActionRefused';
  override readonly code = 'SLUICE-306';
}

/** A window is closed, and nothing was changed in the target yet: the release waits until it opens. */
export class WindowClosed extends BusinessError {
  override readonly name = 'WindowClosed';
  override readonly code = 'SLUICE-307';
}

/** No window keeps the release from this environment: there is nothing to let it in by. */
export class WindowOverrideRefused extends BusinessError {
  override readonly name = 'WindowOverrideRefused';
  override readonly code = 'SLUICE-308';
}

/** Another plan of the service is being made: the sentence says which, and until when. */
export class PlanUnderWay extends BusinessError {
  override readonly name = 'PlanUnderWay';
  override readonly code = 'SLUICE-309';
}

/** The event is not allowed after the events that the ledger has. */
export class IllegalTransition extends BusinessError {
  override readonly name = 'IllegalTransition';
  override readonly code = 'SLUICE-601';
}

/** The release no longer holds the environment's turn: its fencing number is out of date. */
export class FenceLost extends BusinessError {
  override readonly name = 'FenceLost';
  override readonly code = 'SLUICE-602';
}

/** The ledger has no such release, approval or session. */
export class NotInLedger extends BusinessError {
  override readonly name = 'NotInLedger';
  override readonly code = 'SLUICE-603';
}

/** A cursor, parameter or body that the API does not accept. */
export class RequestInvalid extends BusinessError {
  override readonly name = 'RequestInvalid';
  override readonly code = 'SLUICE-604';
}

/** The address takes other methods: the sentence says which. */
export class MethodNotTaken extends BusinessError {
  override readonly name = 'MethodNotTaken';
  override readonly code = 'SLUICE-605';
}

/** A target account did not answer, or its role could not be assumed. */
export class TargetUnreachable extends TechnicalError {
  override readonly name = 'TargetUnreachable';
  override readonly code = 'SLUICE-901';
}

/** Another write came first: read again and decide again. */
export class LedgerConflict extends TechnicalError {
  override readonly name = 'LedgerConflict';
  override readonly code = 'SLUICE-902';
}

/** An AWS service in the engine's own account did not answer. */
export class EngineUnavailable extends TechnicalError {
  override readonly name = 'EngineUnavailable';
  override readonly code = 'SLUICE-903';
}

/** The engine's own settings are wrong (a missing environment variable, a broken policy). */
export class EngineMisconfigured extends TechnicalError {
  override readonly name = 'EngineMisconfigured';
  override readonly code = 'SLUICE-904';
}

/** A value read from the ledger or from AWS does not have the shape it must have. */
export class DataUnreadable extends TechnicalError {
  override readonly name = 'DataUnreadable';
  override readonly code = 'SLUICE-905';
}

/** Slack, or the secret with its token, could not be used; the sentence has Slack's own word for it. Nothing waits for Slack. */
export class SlackUnavailable extends TechnicalError {
  override readonly name = 'SlackUnavailable';
  override readonly code = 'SLUICE-907';
}

/** The OpenID provider by which people sign in, or the secret of its client, could not be used. No release waits for it. */
export class IssuerUnavailable extends TechnicalError {
  override readonly name = 'IssuerUnavailable';
  override readonly code = 'SLUICE-909';
}

/** The event bus did not take a transition, or another delivery is at it. Nothing waits for the bus, and it is tried again. */
export class EventsNotTaken extends TechnicalError {
  override readonly name = 'EventsNotTaken';
  override readonly code = 'SLUICE-908';
}

/**
 * The stack of the target is changing, or has just changed: the task starts again. It has retries of its own, since a stack may be
 * busy often and long; they do not use up those for technical errors.
 */
export class TargetBusy extends TechnicalError {
  override readonly name = 'TargetBusy';
  override readonly code = 'SLUICE-906';
}
