import { openSlack } from '../../../adapters/slack/slack.ts';
import { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { answerSlack } from '../../../functions/interact/answer.ts';
import { policyOf, templateOf, type TestEngine } from './test-engine.ts';

const team = 'T0000TEAM1';
const app = 'A00000APP1';
export const channel = 'C0000ASKED';
export const told = 'C00000TOLD';
export const ada = 'U000000ADA';
export const cy = 'U0000000CY';
/** Of somebody whom the policy does not name. */
export const stranger = 'U000STRANG';
export const onCall = 'S0000ONCALL';

const settings = { secret: 'sluice/slack', team, app, channel: told, onCall };

/** A policy by which approvals of staging are asked for in Slack. @param rule more of the approval's rule */
export function slackPolicy(rule: object = {}, notify: object = {}) {
  const ofCy = { name: 'Cy', email: 'cy@example.com', slack: cy };
  return policyOf(
    { approval: { from: ['approvers'], slack: { channel }, ...rule } },
    {
      people: {
        approvers: [
          { name: 'Ada', email: 'ada@example.com', slack: ada },
          { name: 'Bob', email: 'bob@example.com', principal: 'arn:aws:iam::111111111111:role/keeper' },
          ofCy,
        ],
        security: [ofCy],
      },
      notify: { email: ['team@example.com'], slack: { ...settings, ...notify } },
    },
  );
}

/** Starts the stand-in for an engine, which answers it as the function `interact` does. */
export async function startSlack(engine: TestEngine): Promise<SlackStandIn> {
  const users = { [ada]: 'Ada', [cy]: 'Cy' };
  const now = () => Date.parse(engine.clock.now());
  const slack = await SlackStandIn.start({ team, app, channels: [channel, told], users, now });
  slack.interactionsUrl = 'https://api.example.com/slack/interactions';
  slack.commandsUrl = 'https://api.example.com/slack/commands';
  slack.deliver = (request) => answerSlack(request, interactServices(engine), engine.clock.invocationOf('interact'));
  engine.slack = slack;
  engine.policy = slackPolicy();
  return slack;
}

/** The services of the function. */
export function interactServices(engine: TestEngine) {
  return {
    ledger: engine.ledgerOf('interact'),
    answers: engine.answers,
    notifier: engine.notifier,
    access: engine.slackAccess,
    slack: { team, app },
    policy: engine.policy,
    apiUrl: 'https://api.example.com',
    open: (now: () => string) => openSlack(engine.slackAccess, now),
  };
}

/** A release by Bob that waits for an approval of staging. @param template of what it changes */
export async function asking(engine: TestEngine, version = '1', manifest: object = {}): Promise<string> {
  const release = await engine.drop(version, templateOf(`Code${version}`), manifest);
  await engine.run('validate', release);
  await engine.run('lookAhead', release);
  await engine.run('askForApproval', release);
  return release;
}
