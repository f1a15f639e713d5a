import { describeNeeded } from '../../core/approval/quorum.ts';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import { type Letter, type Paragraph, writeLetter } from '../../core/notify/letter.ts';
import type { Person } from '../../core/policy/policy.ts';
import { describeParameter } from '../../core/template/parameter-changes.ts';

/** What the e-mail to an approver is about. */
export interface ApprovalRequest {
  readonly approval: ApprovalItem;
  readonly service: string;
  readonly version: string;
  readonly targets: readonly TargetItem[];
}

/** The e-mail to one approver. Its link only shows the approval; a button on that page decides. */
export function approvalMail(request: ApprovalRequest, person: Person, link: string): Letter {
  const { approval, service, version } = request;
  const { subject, intro } = wordsOf(approval, `${service} ${version}`);
  return writeLetter(subject, [
    `Hello ${person.name},`,
    intro,
    ...request.targets.map(describeTarget),
    { label: 'See the change and decide', link },
    `Please decide before ${approval.deadline.slice(0, 16).replace('T', ' ')} UTC. ${describeNeeded(approval)}`,
    `Release ${approval.release}, artifact SHA-256 ${approval.digest}.`,
  ]);
}

function wordsOf({ author, environment, override }: ApprovalItem, what: string): { subject: string; intro: string } {
  if (override === undefined) {
    return {
      subject: `Release ${what} to ${environment}?`,
      intro: `${author} asks to release ${what} to ${environment}.`,
    };
  }
  const where = override.target === undefined ? environment : `${environment} (${override.target})`;
  return {
    subject: `Continue ${what} in ${environment}?`,
    intro: `The checks of ${what} in ${where} were inconclusive: ${override.inconclusiveReason} Approve to continue, decline to roll back.`,
  };
}

function describeTarget(target: TargetItem): Paragraph {
  const { resources = [], parameters = [], warnings = [], boundary } = target.lookedAhead ?? {};
  const actions = [...new Set(resources.map(({ action }) => action))];
  const counted = actions.map((action) => `${action} ${resources.filter((one) => one.action === action).length}`);
  const title = `${target.account}/${target.region}: ${counted.length === 0 ? 'nothing changes' : counted.join(', ')}`;
  const lines = [
    ...parameters.map((one) => `Parameter ${describeParameter(one)}`),
    ...warnings.map(({ sentence }) => sentence),
  ];
  return { title, items: boundary === undefined ? lines : [...lines, boundary] };
}
