import assert from 'node:assert/strict';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { allTransitions, oneRelease } from '../../../../cli/follow.ts';
import type { PackedArtifact } from '../../../../cli/pack/pack.ts';
import type { ReleaseDocument, TransitionDocument } from '../../../../core/contract/api/documents.ts';
import { engineParameterName } from '../../../../core/contract/names.ts';
import { onApprovalRequest, type ApprovalRequest } from '../../../../local/approval-requests.ts';
import type { Observation } from 'local-aws/observation';
import { ENGINE, type Sandbox } from '../../../../local/sandbox.ts';
import type { SlackStandIn } from '../../../../local/slack/stand-in.ts';
import type { IssuerAccess } from '../../sign-in/signing-in.ts';
import { createEngineClients, type EngineClients } from '../engine-clients.ts';
import { awaitLater, type Watchdog } from '../watchdog.ts';

/** A release, as it ended. */
export interface EndedRelease {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

/** Decides an approval; by its link unless a step replaces it. */
export type Decide = (request: ApprovalRequest) => Promise<void>;

/** Who else the engine speaks with. */
export interface Others {
  /** The stand-in for Slack, where the stacks have Slack. */
  readonly slack: SlackStandIn | undefined;
  /** The OpenID provider, where the stacks have one. */
  readonly issuer: IssuerAccess | undefined;
}

export const byLink =
  (decision: 'approve' | 'decline'): Decide =>
  (request) =>
    request.decide(decision, 'As the probe says');

/** The sandbox of a probe, with the clients, the approver and the watchdog that its steps use. */
export class ProbeHarness {
  private decideNext: Decide = byLink('approve');
  private readonly stopMail: () => void;

  private constructor(
    readonly sandbox: Sandbox,
    readonly watchdog: Watchdog,
    readonly clients: EngineClients,
    /** Base URL of the engine's API. */
    readonly apiUrl: string,
    readonly others: Others,
  ) {
    this.stopMail = onApprovalRequest(sandbox.aws, (request) => {
      this.decideNext(request).catch((error: unknown) => this.watchdog.report(error));
    });
  }

  static async open(sandbox: Sandbox, watchdog: Watchdog, others: Others): Promise<ProbeHarness> {
    const { Parameter } = await sandbox.aws
      .client(SSMClient, ENGINE)
      .send(new GetParameterCommand({ Name: engineParameterName }));
    const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(Parameter?.Value ?? '{}'));
    return new ProbeHarness(sandbox, watchdog, await createEngineClients(sandbox), apiUrl, others);
  }

  close(): void {
    this.stopMail();
  }

  /** How further approvals are decided. */
  decide(by: Decide): void {
    this.decideNext = by;
  }

  /** Drops an artifact and waits for the end of its first attempt. */
  release(artifact: Pick<PackedArtifact, 'key' | 'bytes'>, wanted: string): Promise<EndedRelease> {
    return awaitLater(this.dropAndWait(artifact, wanted));
  }

  private async dropAndWait(
    { key, bytes }: Pick<PackedArtifact, 'key' | 'bytes'>,
    wanted: string,
  ): Promise<EndedRelease> {
    const [, service = '', version = ''] = /^(.*)\/(.*)\.zip$/.exec(key) ?? [];
    const end = this.ended(`${service}-${version}-a1`);
    await this.clients.team.push(key, bytes);
    const ended = await end;
    assert.equal(ended.release.status, wanted, `${ended.release.id}: ${ended.release.failure?.reason ?? ''}`);
    return ended;
  }

  /** Lets a little real time pass. */
  pause(): Promise<void> {
    return this.watchdog.during(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }

  /** Waits until a release and its execution have ended, and reads what became of it. */
  ended(id: string): Promise<EndedRelease> {
    return awaitLater(this.readEnd(id));
  }

  private async readEnd(id: string): Promise<EndedRelease> {
    await this.watchdog.next((one) => {
      if (one.kind !== 'event' || one.detailType !== 'Step Functions Execution Status Change') return undefined;
      const { name, status } = detailOf(one.detail);
      return name === id && status !== 'RUNNING' ? true : undefined;
    });
    const { team } = this.clients;
    for (;;) {
      const release = await oneRelease(team, id);
      // One whose execution was stopped is concluded a moment later.
      if (release.endedAt !== undefined) return { release, transitions: await allTransitions(team, id) };
      await this.pause();
    }
  }
}

/** The members of an event's detail that are text. */
export function detailOf(detail: unknown): Readonly<Record<string, unknown>> {
  return typeof detail === 'object' && detail !== null ? Object.fromEntries(Object.entries(detail)) : {};
}

/** A function that acts as `role` made a call, and it was answered. */
export function isCall(operation: string, role: string): (one: Observation) => boolean {
  return (one) =>
    one.kind === 'call' &&
    one.operation === operation &&
    one.error === undefined &&
    one.caller.principal.type === 'assumedRole' &&
    one.caller.principal.roleName === role;
}
