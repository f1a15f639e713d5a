import type { ApprovalSummary } from '../core/contract/api/approvals.ts';

/** Which approval a person decides on who names none. */
export type ApprovalChoice =
  | { readonly kind: 'this'; readonly approval: ApprovalSummary }
  /** It has to be named: nobody decides by accident on what they have not seen. */
  | { readonly kind: 'named'; readonly sentence: string; readonly approvals: readonly ApprovalSummary[] }
  | { readonly kind: 'none'; readonly told: string };

/**
 * The one to decide on: the one that waits. It has to be named where several do, and where the question before it was about another
 * change, which people may have looked at. @param approvals the newest first
 */
export function chooseApproval(approvals: readonly ApprovalSummary[], environment: string | undefined): ApprovalChoice {
  const choice = chooseToLookAt(approvals, environment);
  if (choice.kind !== 'this') return choice;
  const { approval: waiting } = choice;
  const [before] = approvals.slice(approvals.indexOf(waiting) + 1).filter((one) => isSameQuestion(one, waiting));
  if (before?.standing !== 'void') return choice;
  const sentence = `What would change in ${waiting.environment} is not what approval ${before.approval} was for, and approval was requested again`;
  return { kind: 'named', sentence, approvals: [waiting] };
}

/** The one to look at: the one that waits, whatever was asked and decided before it. @param approvals the newest first */
export function chooseToLookAt(approvals: readonly ApprovalSummary[], environment: string | undefined): ApprovalChoice {
  const here = approvals.filter((one) => environment === undefined || one.environment === environment);
  const open = here.filter(({ standing }) => standing === 'open');
  const [waiting, ...more] = open;
  if (waiting === undefined) {
    const told = here.slice(0, 1).map((last) => ` ${last.environment}: ${last.told}`);
    return { kind: 'none', told: told.join('') };
  }
  if (more.length > 0) return { kind: 'named', sentence: 'Several decisions wait', approvals: open };
  return { kind: 'this', approval: waiting };
}

/** Whether to release, or to continue, in one place. */
function isSameQuestion(one: ApprovalSummary, other: ApprovalSummary): boolean {
  return one.environment === other.environment && one.kind === other.kind && one.target === other.target;
}
