import { headItem } from '../../core/ledger/items.ts';
import { headKey, planKey } from '../../core/ledger/keys.ts';
import { planSchema } from '../../core/plan.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { operatorAdvice } from '../../core/release/status.ts';
import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import type { Moment } from '../handler.ts';
import { concludeNow } from '../conclude.ts';
import { readItem } from '../records.ts';
import type { GateServices } from './services.ts';

/** Ends the release as its ledger says, passes the turn on, and tells the people to tell when it did not go well. */
export async function complete(
  { release }: TaskInput<'complete'>,
  services: GateServices,
  moment: Moment,
): Promise<TaskOutput<'complete'>> {
  const { ledger, answers } = services;
  const status = await concludeNow({ ledger, answers, moment }, release);
  if (status === 'Failed' || status === 'RolledBack') {
    const head = await readItem(ledger, headKey(release), headItem);
    if (head !== undefined) await notify(services, head);
  }
  return { status };
}

async function notify({ ledger, mail, apiUrl }: GateServices, head: ReleaseHead): Promise<void> {
  const plan = await readItem(ledger, planKey(head.release), planSchema);
  const subject = `${head.status}: ${head.release}`;
  const lines = [
    `The release ${head.release} ended as ${head.status}.`,
    head.failure === undefined ? '' : `${head.failure.error}: ${head.failure.reason}`,
    operatorAdvice[head.status],
    `${apiUrl}/releases/${head.release}`,
  ].filter((line) => line !== '');
  for (const to of plan?.notify.email ?? []) {
    const html = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
    await mail.send({ to, subject, text: lines.join('\n\n'), html });
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
