import { setTimeout as wait } from 'node:timers/promises';
import type { SlackStandIn } from '../slack/stand-in.ts';
import type { StandInMessage } from '../slack/workspace.ts';
import type { ScenarioRunner } from '../scenario-runner.ts';
import type { ApprovalQuestion, Scenario } from './scenario.ts';

const [robin, author] = ['U000000ROBIN', 'U0000000DANA'];
const reason = 'Not before the sale is over';

/** Approvals that are asked for, and given or declined, in Slack. */
export const slack: Scenario = {
  name: 'slack',
  description: 'approvals in Slack: version 1 is approved there, version 2 declined with a reason in the modal',
  policy: 'slack.json',
  expectedEnds: ['Succeeded', 'Declined'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  decideInSlack,
  run: async (runner) => {
    for (const version of ['v1', 'v2'] as const) {
      const { key, bytes } = runner.pack(version);
      await runner.release(key, bytes);
    }
    await expectSaid(runner);
  },
};

async function decideInSlack(standIn: SlackStandIn, { release }: ApprovalQuestion): Promise<void> {
  const message = await questionOf(standIn, release);
  // What its author presses does not count.
  await standIn.press(author, message, 'sluice-approve');
  if (release.startsWith('orders-1.0.0')) {
    await standIn.press(robin, message, 'sluice-approve');
    return;
  }
  await standIn.press(robin, message, 'sluice-decline');
  const modal = standIn.workspace.modals.at(-1);
  if (modal === undefined) throw new Error('Slack has opened no modal.');
  await standIn.submit(modal, reason);
}

/** The message comes a moment after the e-mail. @throws Error when it does not come within half a minute */
export async function questionOf({ workspace }: SlackStandIn, release: string): Promise<StandInMessage> {
  for (let look = 0; look < 300; look += 1) {
    const found = workspace.messages.find(({ blocks }) =>
      blocks.some((block) => block.type === 'actions' && JSON.stringify(block).includes(`\\"${release}\\"`)),
    );
    if (found !== undefined) return found;
    await wait(100);
  }
  throw new Error(`Slack was not asked for the approval of ${release}.`);
}

/** What stands in Slack at the end; the last of it comes within a minute. */
async function expectSaid(runner: ScenarioRunner): Promise<void> {
  const { sandbox, slack: standIn } = runner;
  if (standIn === undefined) throw new Error('The policy of this scenario has no Slack.');
  const { messages, whispers } = standIn.workspace;
  await sandbox.aws.clock.sleep(120_000, 'Slack is told of the end');
  const said = (channel: string, ...words: readonly string[]): boolean =>
    messages.some((one) => one.channel === channel && words.every((word) => JSON.stringify(one).includes(word)));
  runner.expect(said('C0APPROVALS', '*Approved.* Robin Release'), 'the approval’s message says who approved');
  runner.expect(said('C0APPROVALS', '1.0.0 → 1.1.0', '*Declined.* Robin Release', reason), 'or declined, and why');
  runner.expect(
    messages.every(({ blocks }) => blocks.every(({ type }) => type !== 'actions')),
    'no message has buttons any more',
  );
  runner.expect(
    whispers.some(({ user }) => user === author),
    'the author was told why the press did not count',
  );
  runner.expect(
    said('C000RELEASES', 'ended as Succeeded') && said('C000RELEASES', 'ended as Declined'),
    'each thread says the end',
  );
}
