import assert from 'node:assert/strict';
import { questionOf } from '../../../../local/scenarios/slack.ts';
import type { SlackStandIn } from '../../../../local/slack/stand-in.ts';
import { byLink, type Decide, type ProbeHarness } from './harness.ts';
import { orders } from './releases.ts';

const robin = 'U000000ROBIN';
const taken = { status: 200, body: '' };

/** What people do in Slack, where the stacks have it: they ask, hold, decline with a reason, and approve. */
export async function inSlack(harness: ProbeHarness): Promise<void> {
  const { slack } = harness.others;
  if (slack === undefined) return;
  await says(slack, 'live orders', /\/environments\/orders\/production\|production>\*/);
  await says(slack, 'hold orders production As the probe says', /is held: As the probe says/);
  await says(slack, 'release-hold orders production As the probe says', /is released: As the probe says/);
  harness.decide(decliningIn(slack));
  await harness.release(orders('1.2.6', 1), 'Declined');
  await says(slack, 'release orders-1.2.6', /is \*Declined\*/);
  harness.decide(approvingIn(slack));
  await harness.release(orders('1.2.7', 1), 'Succeeded');
  harness.decide(byLink('approve'));
}

async function says(slack: SlackStandIn, text: string, answer: RegExp): Promise<void> {
  const { status, body } = await slack.command(robin, 'C000RELEASES', `/sluice ${text}`);
  assert.equal(status, 200, `/sluice ${text}: ${body}`);
  assert.match(body, answer);
}

function approvingIn(slack: SlackStandIn): Decide {
  return async (request) => {
    const question = await questionOf(slack, request.release);
    const { status, body } = await slack.press(robin, question, 'sluice-approve');
    assert.deepEqual({ status, body }, taken);
    request.decidedElsewhere();
  };
}

/** Slack waits three seconds for the question why: on a busy machine it may take a second press. */
function decliningIn(slack: SlackStandIn): Decide {
  return async (request) => {
    const question = await questionOf(slack, request.release);
    for (let press = 0; press < 5 && slack.workspace.modals.length === 0; press += 1)
      await slack.press(robin, question, 'sluice-decline');
    const [modal] = slack.workspace.modals;
    assert.ok(modal !== undefined, slack.workspace.whispers.at(-1)?.text);
    const { status, body } = await slack.submit(modal, 'As the probe says');
    assert.deepEqual({ status, body }, taken);
    request.decidedElsewhere();
  };
}
