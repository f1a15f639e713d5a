import { findSlackUser } from '../../../core/approval/people.ts';
import { SluiceError } from '../../../core/contract/errors.ts';
import { plainText } from '../../../core/notify/mrkdwn.ts';
import { commandExamples, readCommand } from '../../../core/notify/slack-command.ts';
import { section } from '../../../adapters/slack/blocks.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { detailsButton } from '../../../engine/slack/details.ts';
import type { InteractServices } from '../services.ts';
import { requireOwn } from '../verify.ts';
import { type CommandForm, readCommandForm } from './command-form.ts';
import { answerHold } from './hold.ts';
import { answerLive } from './live.ts';
import { answerRelease } from './release.ts';
import { linesOf, type Sections, written } from './sections.ts';

/** Most sections: Slack takes 50 blocks. https://docs.slack.dev/reference/block-kit/blocks */
const SECTIONS = 49;

/**
 * Answers a slash command, to the person alone. Whoever the policy names may read; what they may do, the policy says as for the API.
 * @param body of a request that Slack signed
 */
export async function answerCommand(
  body: string,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Response> {
  const form = readCommandForm(body);
  requireOwn({ team: form.team_id, app: form.api_app_id }, services);
  try {
    return answerOf(await carryOut(form, services, invocation), services);
  } catch (problem) {
    invocation.log.error('A command in Slack did not come to pass', problem);
    const known = problem instanceof SluiceError;
    const sentence = known ? problem.message : 'The engine failed, and its log has the details. Try again.';
    return answerOf([[plainText(sentence, 1_000)]], services);
  }
}

async function carryOut(
  form: CommandForm,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Sections> {
  const person = findSlackUser(Object.values(services.policy.people).flat(), form.user_id);
  if (person === undefined)
    return [
      ['Sluice answers people whom its policy names by their Slack user, and you are not one of them: ask its owners.'],
    ];
  const command = readCommand(form.text);
  invocation.log.info('A command was given in Slack', { by: person.email, command: command.action });
  switch (command.action) {
    case 'help':
      return help(form);
    case 'unclear':
      return [
        [
          `${plainText(command.sentence, 300)} For example: ${written(form, command.example)}`,
          `${written(form, 'help')} shows all commands.`,
        ],
      ];
    case 'live':
      return answerLive(command.service, services, invocation.now());
    case 'release':
      return answerRelease(command.release, form, services);
    default:
      return answerHold(command, form, services, invocation);
  }
}

function help(form: CommandForm): Sections {
  const lines = {
    live: 'what serves where, since when, and what keeps releases away',
    release: 'how a release stands; without `-a1` the latest attempt',
    hold: 'no release starts there any more, and why',
    'release-hold': 'releases start there again, and why',
    help: 'this',
  } satisfies Record<keyof typeof commandExamples, string>;
  return [
    Object.entries(commandExamples).map(([name, example]) => {
      const line = Object.entries(lines).find(([one]) => one === name)?.[1] ?? '';
      return `${written(form, example)} – ${line}`;
    }),
  ];
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands */
function answerOf(sections: Sections, { apiUrl, policy }: InteractServices): Response {
  const pages = { apiUrl, signIn: policy.oidc !== undefined };
  const blocks = sections.slice(0, SECTIONS).map((one) => {
    const button = 'details' in one ? detailsButton({ release: one.details }, pages) : undefined;
    return section(linesOf(one), button);
  });
  const [first = []] = sections;
  const [text = ''] = linesOf(first);
  return Response.json({ response_type: 'ephemeral', text, blocks }, { headers: { 'cache-control': 'no-store' } });
}
