import assert from 'node:assert/strict';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { allTransitions, oneRelease } from '../../../../cli/follow.ts';
import type { PackedArtifact } from '../../../../cli/pack/pack.ts';
import type { ReleaseDocument, TransitionDocument } from '../../../../core/contract/api/documents.ts';
import { engineParameterName } from '../../../../core/contract/names.ts';
import { onApprovalRequest, type ApprovalRequest } from '../../../../local/approval-requests.ts';
import type { Observation } from '../../../../local-aws/kernel/kernel.ts';
import { ENGINE, type Sandbox } from '../../../../local/sandbox.ts';
import { invitePeople, type People } from '../engine-clients.ts';
import { held, type Watch } from '../watchdog.ts';

/** A release, as it ended. */
export interface Ended {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

/** How an approval is decided; by its link unless said. */
export type Decide = (request: ApprovalRequest) => Promise<void>;

export const byLink =
  (decision: 'approve' | 'decline'): Decide =>
  (request) =>
    request.decide(decision, 'As the probe says');

/** The sandbox, the people on it, and what they do. */
export class Scene {
  private decideNext: Decide = byLink('approve');
  private readonly stopMail: () => void;

  private constructor(
    readonly sandbox: Sandbox,
    readonly watch: Watch,
    readonly people: People,
    /** Base URL of the engine's API. */
    readonly apiUrl: string,
  ) {
    this.stopMail = onApprovalRequest(sandbox.aws, (request) => {
      this.decideNext(request).catch((error: unknown) => this.watch.report(error));
    });
  }

  static async open(sandbox: Sandbox, watch: Watch): Promise<Scene> {
    const { Parameter } = await sandbox.aws
      .client(SSMClient, ENGINE)
      .send(new GetParameterCommand({ Name: engineParameterName }));
    const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(Parameter?.Value ?? '{}'));
    return new Scene(sandbox, watch, await invitePeople(sandbox), apiUrl);
  }

  close(): void {
    this.stopMail();
  }

  /** How further approvals are decided. */
  decide(by: Decide): void {
    this.decideNext = by;
  }

  /** Drops an artifact and waits for the end of its first attempt. */
  release(artifact: Pick<PackedArtifact, 'key' | 'bytes'>, wanted: string): Promise<Ended> {
    return held(this.play(artifact, wanted));
  }

  private async play({ key, bytes }: Pick<PackedArtifact, 'key' | 'bytes'>, wanted: string): Promise<Ended> {
    const [, service = '', version = ''] = /^(.*)\/(.*)\.zip$/.exec(key) ?? [];
    const end = this.ended(`${service}-${version}-a1`);
    await this.people.team.push(key, bytes);
    const ended = await end;
    assert.equal(ended.release.status, wanted, `${ended.release.id}: ${ended.release.failure?.reason ?? ''}`);
    return ended;
  }

  /** Lets a little real time pass. */
  pause(): Promise<void> {
    return this.watch.during(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }

  /** Waits until a release and its execution have ended, and reads what became of it. */
  ended(id: string): Promise<Ended> {
    return held(this.readEnd(id));
  }

  private async readEnd(id: string): Promise<Ended> {
    await this.watch.next((one) => {
      if (one.kind !== 'event' || one.detailType !== 'Step Functions Execution Status Change') return undefined;
      const { name, status } = detailOf(one.detail);
      return name === id && status !== 'RUNNING' ? true : undefined;
    });
    const { team } = this.people;
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
