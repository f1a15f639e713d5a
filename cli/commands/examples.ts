import type { Command } from 'commander';

/** How each command is called, by its name: what `sluice <command> --help` ends with. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  init: ['sluice init', 'sluice init services/orders --yes --author "Ada <ada@example.com>"'],
  adopt: ['sluice adopt orders-production --profile production', 'sluice adopt orders-staging --environment staging'],
  pack: ['sluice pack', 'sluice pack services/orders -o orders.zip --explain'],
  check: [
    'sluice check',
    'sluice check --policy ../platform/policy.json',
    'sluice check orders-1.4.2.zip --policy policy.json',
  ],
  plan: ['sluice plan orders-1.4.2.zip'],
  push: ['sluice push orders-1.4.2.zip', 'sluice push orders-1.4.2.zip --watch'],
  watch: ['sluice watch orders-1.4.2-a1'],
  live: ['sluice live --service orders', 'sluice live --at 2026-11-20T09:00:00Z'],
  list: ['sluice list --service orders --status RolledBack', 'sluice list --author ada@example.com --limit 50'],
  show: ['sluice show orders-1.4.2-a1', 'sluice show orders-1.4.2-a1 --exit-code'],
  services: ['sluice services', 'sluice services orders'],
  history: ['sluice history orders production'],
  environment: ['sluice environment orders production'],
  evidence: ['sluice evidence orders-1.4.2-a1', 'sluice evidence orders-1.4.2-a1 --transition 17'],
  metrics: ['sluice metrics orders', 'sluice metrics orders --environment production --weeks 4'],
  compare: ['sluice compare orders-1.4.1-a1 orders-1.4.2-a1'],
  verify: ['sluice verify orders-1.4.2-a1', 'sluice verify --digests digests'],
  logs: ['sluice logs orders-1.4.2-a1', 'sluice logs orders-1.4.2-a1 --since 15m --follow'],
  open: ['sluice open', 'sluice open --no-browser'],
  approvals: ['sluice approvals', 'sluice approvals orders-1.4.2-a1'],
  approval: ['sluice approval orders-1.4.2-a1', 'sluice approval orders-1.4.2-a1 --environment production'],
  approve: ['sluice approve orders-1.4.2-a1 --reason "Looks good"'],
  decline: ['sluice decline orders-1.4.2-a1 --reason "After the sale"'],
  whoami: ['sluice whoami', 'sluice whoami --profile release-manager'],
  cancel: ['sluice cancel orders-1.4.2-a1 --reason "The wrong commit"'],
  continue: ['sluice continue orders-1.4.2-a1 --reason "Seen enough"'],
  retry: ['sluice retry orders-1.4.2-a1 --reason "The secret is there now"'],
  rollback: [
    'sluice rollback orders production --reason "Orders are lost"',
    'sluice rollback orders production --to 1.4.1 --reason "Orders are lost"',
  ],
  promote: [
    'sluice promote orders 1.4.2 --to production --reason "Proven for a week"',
    'sluice promote orders 1.4.3 --to production --hotfix --reason "Orders fail"',
  ],
  hold: ['sluice hold orders production --reason "The database moves"'],
  'release-hold': ['sluice release-hold orders production --reason "The database has moved"'],
  clear: ['sluice clear orders production --reason "Repaired by hand, INC-17"'],
  'override-window': ['sluice override-window orders-1.4.2-a1 --reason "Fixes the checkout"'],
  repair: ['sluice repair orders-1.4.2-a1 --reason "It makes the alarm OK"'],
};

/** Shows examples at the end of the help of each command that has some. */
export function addExamples(commands: readonly Command[]): void {
  for (const command of commands) {
    const own = examples[command.name()] ?? [];
    if (own.length > 0)
      command.addHelpText(
        'after',
        `\n${own.length === 1 ? 'Example' : 'Examples'}:\n${own.map((one) => `  ${one}`).join('\n')}`,
      );
  }
}
