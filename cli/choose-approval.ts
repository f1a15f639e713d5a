import type { ApprovalSummary } from '../core/contract/api/approvals.ts';

/** Which approval a person decides on who names none. */
export type ApprovalChoice =
  | { readonly kind: 'this'; readonly approval: ApprovalSummary }
  /** It has to be named: nobody decides by accident on what they have not seen. */
  | { readonly kind: 'named'; readonly sentence: string; readonly approvals: readonly ApprovalSummary[] }
  | { readonly kind: 'none'; readonly told: string };

/** The one that waits; it has to be named where several do, and where people may have looked at one that is void by now. @param approvals the newest first */
export function chooseApproval(approvals: readonly ApprovalSummary[], environment: string | undefined): ApprovalChoice {
  const here = approvals.filter((one) => environment === undefined || one.environment === environment);
  const open = here.filter(({ standing }) => standing === 'open');
  const [waiting, ...more] = open;
  if (waiting === undefined) {
    const told = here.slice(0, 1).map((last) => ` ${last.environment}: ${last.told}`);
    return { kind: 'none', told: told.join('') };
  }
  if (more.length > 0) return { kind: 'named', sentence: 'Several decisions wait', approvals: open };
  const voided = here.find((one) => one.standing === 'void' && one.environment === waiting.environment);
  if (voided === undefined) return { kind: 'this', approval: waiting };
  const sentence = `What would change in ${waiting.environment} is not what approval ${voided.approval} was for, and approval was requested again`;
  return { kind: 'named', sentence, approvals: open };
}
