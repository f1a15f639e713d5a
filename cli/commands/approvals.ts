import type { Command } from 'commander';
import { decisionDocument, releaseDocument, sessionDocument } from '../../core/contract/api/documents.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** `sluice approve`, `decline`, `open`. */
export function addApprovalCommands(program: Command, session: Session): void {
  for (const decision of ['approve', 'decline'] as const) {
    program
      .command(decision)
      .argument('<release>')
      .option('--environment <name>', 'the environment that waits; the one under way when left out')
      .option('--reason <text>', 'kept in the ledger')
      .description(`${decision} a release that waits for approval, as your own IAM identity`)
      .action(async (id: string, options: { environment?: string; reason?: string }) => {
        const engine = await session.engine();
        const environment = options.environment ?? (await waitingEnvironment(session, id));
        const path = `/v1/releases/${encodeURIComponent(id)}/approvals/${encodeURIComponent(environment)}`;
        const body = { decision, ...(options.reason === undefined ? {} : { reason: options.reason }) };
        const answer = await engine.call(decisionDocument, 'POST', path, body);
        session.output().result(answer, ({ outcome }) => `${id} in ${environment}: ${outcome}`);
      });
  }

  program
    .command('open')
    .description('print a link that opens the pages in a browser, once, within minutes')
    .action(async () => {
      const answer = await (await session.engine()).call(sessionDocument, 'POST', '/v1/sessions');
      session.output().result(answer, ({ url }) => url);
    });
}

async function waitingEnvironment(session: Session, id: string): Promise<string> {
  const engine = await session.engine();
  const release = await engine.call(releaseDocument, 'GET', `/v1/releases/${encodeURIComponent(id)}`);
  const waiting = release.environments.find(({ phase }) => phase === 'approvalPending');
  if (waiting !== undefined) return waiting.name;
  throw new CommandError(`${id} waits for no approval; it is ${release.status}.`, exitCode.badInput);
}
