import { html } from 'hono/html';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import type { Person } from '../../core/policy/policy.ts';
import { describeParameter } from '../../core/template/parameter-changes.ts';
import type { Letter } from '../../adapters/ses/message.ts';

/** What the e-mail to an approver is about. */
export interface ApprovalRequest {
  readonly approval: ApprovalItem;
  readonly service: string;
  readonly version: string;
  readonly targets: readonly TargetItem[];
}

/** The e-mail to one approver. Its link only shows the approval; a button on that page decides. */
export async function approvalMail(request: ApprovalRequest, person: Person, link: string): Promise<Letter> {
  const { approval, service, version } = request;
  const { subject, intro } = wordsOf(approval, `${service} ${version}`);
  const changes = request.targets.map(describeTarget);
  const until = `Please decide before ${approval.deadline.slice(0, 16).replace('T', ' ')} UTC.`;
  const text = [
    `Hello ${person.name},`,
    intro,
    ...changes.map(({ title, lines }) => [title, ...lines.map((line) => `  - ${line}`)].join('\n')),
    `See the change and decide:\n${link}`,
    until,
    `Release ${approval.release}, artifact SHA-256 ${approval.digest}.`,
  ].join('\n\n');
  const page = await html`<p>Hello ${person.name},</p>
    <p>${intro}</p>
    ${changes.map(
      ({ title, lines }) =>
        html`<p>${title}</p>
          <ul>
            ${lines.map((line) => html`<li>${line}</li>`)}
          </ul>`,
    )}
    <p><a href="${link}">See the change and decide</a></p>
    <p>${until}</p>
    <p><small>Release ${approval.release}, artifact SHA-256 ${approval.digest}.</small></p>`;
  return { subject, text, html: page.toString() };
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

function describeTarget(target: TargetItem): { title: string; lines: string[] } {
  const { resources = [], parameters = [], warnings = [], boundary } = target.lookedAhead ?? {};
  const actions = [...new Set(resources.map(({ action }) => action))];
  const counted = actions.map((action) => `${action} ${resources.filter((one) => one.action === action).length}`);
  const title = `${target.account}/${target.region}: ${counted.length === 0 ? 'nothing changes' : counted.join(', ')}`;
  const lines = [
    ...parameters.map((one) => `Parameter ${describeParameter(one)}`),
    ...warnings.map(({ sentence }) => sentence),
  ];
  return { title, lines: boundary === undefined ? lines : [...lines, boundary] };
}
