import type { Command } from 'commander';
import {
  type ApprovalDocument,
  approvalDocument,
  approvalList,
  type ApprovalSummary,
} from '../../core/contract/api/approvals.ts';
import { waitingList, type WaitingApproval } from '../../core/contract/api/people.ts';
import { decisionDocument } from '../../core/contract/api/actions.ts';
import { describeResource } from '../../core/template/describe-resource.ts';
import { describeParameter } from '../../core/template/parameter-changes.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { oneRelease } from '../follow.ts';
import { table } from '../output.ts';
import { everyPage } from '../pages.ts';
import { chooseApproval, chooseToLookAt } from '../choose-approval.ts';
import { reasonOption } from '../reason-option.ts';
import type { Session } from '../session.ts';

interface Choice {
  readonly approval?: string;
  readonly environment?: string;
}

/** `sluice approvals`, `approval`, `approve`, `decline`. */
export function addApprovalCommands(program: Command, session: Session): void {
  program
    .command('approvals')
    .argument('[release]', 'such as orders-1.4.2-a1; what waits for you when left out')
    .description('list what waits for you, or what people were asked about a release, and what they decided')
    .action(async (id: string | undefined) => {
      if (id === undefined) {
        const waiting = await everyPage(
          await session.engine(),
          waitingList,
          '/v1/approvals',
          {},
          (one) => one.approvals,
        );
        session.output().result({ approvals: waiting }, (shown) => describeWaiting(shown.approvals));
        return;
      }
      const { release, approvals } = await listApprovals(await session.engine(), id);
      session.output().result({ release, approvals }, (shown) => describeList(shown.release, shown.approvals));
    });

  program
    .command('approval')
    .argument('<release>')
    .option('--approval <id>', 'as "sluice approvals" lists it; the one that waits when left out')
    .option('--environment <name>', 'of those that wait, the one of this environment')
    .description('show what an approval is for and what would change, before you decide')
    .action(async (id: string, choice: Choice) => {
      const engine = await session.engine();
      const approval = choice.approval ?? (await waitingApproval(engine, id, choice, chooseToLookAt)).approval;
      const found = await engine.call(approvalDocument, 'GET', pathOf(id, approval));
      session.output().result(found, describe);
    });

  for (const decision of ['approve', 'decline'] as const) {
    const reason = reasonOption().makeOptionMandatory(decision === 'decline');
    program
      .command(decision)
      .argument('<release>')
      .option('--approval <id>', 'the approval that you looked at; the one that waits when left out')
      .option('--environment <name>', 'of those that wait, the one of this environment')
      .addOption(reason)
      .description(`${decision} a release that waits for a decision, as your own IAM identity`)
      .action(async (id: string, { reason, ...choice }: Choice & { reason?: string }) => {
        const engine = await session.engine();
        const approval = choice.approval ?? (await waitingApproval(engine, id, choice, chooseApproval)).approval;
        const body = { decision, ...(reason === undefined ? {} : { reason }) };
        const answer = await engine.call(decisionDocument, 'POST', pathOf(id, approval), body);
        session.output().result(answer, ({ environment, outcome, decidedAt, follows }) => {
          const before = decidedAt === undefined ? '' : ` (you decided at ${decidedAt})`;
          return `${id} in ${environment}: ${outcome}${before}${follows === undefined ? '' : `. ${follows}`}`;
        });
      });
  }
}

function pathOf(release: string, approval?: string): string {
  const path = `/v1/releases/${encodeURIComponent(release)}/approvals`;
  return approval === undefined ? path : `${path}/${encodeURIComponent(approval)}`;
}

function listApprovals(engine: Engine, id: string) {
  return engine.call(approvalList, 'GET', pathOf(id));
}

/** The one approval that waits. @throws CommandError */
async function waitingApproval(
  engine: Engine,
  id: string,
  { environment }: Choice,
  choose: typeof chooseApproval,
): Promise<ApprovalSummary> {
  const { approvals } = await listApprovals(engine, id);
  const choice = choose(approvals, environment);
  switch (choice.kind) {
    case 'this':
      return choice.approval;
    case 'named':
      throw new CommandError(
        `${choice.sentence}: look at it by "sluice approval ${id} --approval ID", then decide with --approval ID.\n${drawn(choice.approvals)}`,
        exitCode.badInput,
        { code: 'cli.approval-unclear' },
      );
    case 'none': {
      const { status } = await oneRelease(engine, id);
      throw new CommandError(`${id} waits for no decision; it is ${status}.${choice.told}`, exitCode.badInput, {
        code: 'cli.approval-none',
      });
    }
  }
}

function describeWaiting(waiting: readonly WaitingApproval[]): string {
  if (waiting.length === 0) return 'Nothing waits for you.';
  const rows = waiting.map((one) => [one.release, one.environment, one.kind, one.author, one.deadline]);
  const notes = waiting.flatMap(({ release, mayNotApprove }) =>
    mayNotApprove === undefined ? [] : [`${release}: ${mayNotApprove}`],
  );
  return [table(['release', 'environment', 'to', 'author', 'until'], rows), ...notes].join('\n');
}

function describeList(release: string, approvals: readonly ApprovalSummary[]): string {
  return approvals.length === 0 ? `Nobody was asked about ${release}.` : drawn(approvals);
}

function drawn(approvals: readonly ApprovalSummary[]): string {
  const rows = approvals.map(({ approval, environment, target, kind, standing, told }) => [
    ...[approval, target === undefined ? environment : `${environment} ${target}`, kind, standing, told],
  ]);
  return table(['approval', 'environment', 'to', 'standing', 'decisions'], rows);
}

function describe(found: ApprovalDocument): string {
  const {
    approval,
    release,
    environment,
    kind,
    author,
    digest,
    deadline,
    told,
    people,
    including = [],
    targets,
  } = found;
  const verb = kind === 'release' ? 'Release' : 'Continue';
  return [
    `${verb} ${release} ${kind === 'release' ? 'to' : 'in'} ${environment}? Approval ${approval}`,
    ...(found.inconclusiveReason === undefined ? [] : [`Checks were inconclusive: ${found.inconclusiveReason}`]),
    `Asked by ${author}, artifact SHA-256 ${digest}`,
    ...targets.flatMap(describeTarget),
    `Asked: ${people.map(({ name, email }) => `${name} (${email})`).join(', ')}, until ${deadline}`,
    ...people.flatMap(({ mayNotApprove }) => mayNotApprove ?? []),
    ...including.map((one) => `One of ${one.group} has to approve: ${one.people.join(', ')}`),
    `${found.standing}: ${told}`,
  ].join('\n');
}

function describeTarget({ account, region, change }: ApprovalDocument['targets'][number]): string[] {
  const { resources, parameters = [], warnings, boundary } = change;
  const lines = [
    ...resources.map((one) => `${one.action} ${describeResource(one)}`),
    ...parameters.map((one) => `Parameter ${describeParameter(one)}`),
    ...warnings.map(({ sentence }) => sentence),
    ...(boundary === undefined ? [] : [boundary]),
  ];
  return [
    `${account}/${region}${lines.length === 0 ? ': nothing changes' : ''}`,
    ...lines.map((line) => `  - ${line}`),
  ];
}
