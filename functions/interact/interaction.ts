import * as z from 'zod';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { slackActions } from '../../core/notify/slack-actions.ts';
import { releaseId } from '../../core/values/identifiers.ts';

/** What Slack sends when a person presses a button or submits a modal, as far as it is read. https://docs.slack.dev/reference/interaction-payloads */

const id = z.string().min(1).max(30);
const common = {
  api_app_id: id,
  team: z.object({ id }),
  /** Of a person of another workspace, in a channel that both share, the other workspace. */
  user: z.object({ id, team_id: id.optional() }),
};

const press = z.object({
  type: z.literal('block_actions'),
  ...common,
  trigger_id: z.string().min(1).max(500),
  response_url: z.url().optional(),
  channel: z.object({ id }).optional(),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional() }))
    .min(1)
    .max(1),
});
export type Press = z.infer<typeof press>;

const submission = z.object({
  type: z.literal('view_submission'),
  ...common,
  view: z.object({
    callback_id: z.literal(slackActions.declineReason),
    private_metadata: z.string().max(3000),
    state: z.object({
      values: z.object({
        [slackActions.declineReason]: z.object({
          [slackActions.declineReason]: z.object({ value: z.string().max(5000).nullable() }),
        }),
      }),
    }),
  }),
});
export type Submission = z.infer<typeof submission>;

const interaction = z.discriminatedUnion('type', [press, submission]);
export type Interaction = z.infer<typeof interaction>;

/** The approval that a button, or the modal, is about; and where the button was. */
const subject = z.object({ release: releaseId, approval: z.string().max(100), channel: id.optional() });
export type Subject = z.infer<typeof subject>;

/** Reads the form `payload=<JSON>`. @throws RequestInvalid */
export function readInteraction(body: string): Interaction {
  return parseJson(
    interaction,
    new URLSearchParams(body).get('payload'),
    'Slack sent something that is no press of a button',
  );
}

/** @param text a button's value, or what the modal was opened with @throws RequestInvalid */
export function readSubject(text: string | undefined): Subject {
  return parseJson(subject, text ?? null, 'The button names no approval');
}

/** Reads JSON that Slack gives back. @param sentence what is wrong with anything else @throws RequestInvalid */
export function parseJson<T>(schema: z.ZodType<T>, text: string | null, sentence: string): T {
  try {
    const parsed = schema.safeParse(JSON.parse(text ?? ''));
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new RequestInvalid(`${sentence}: look at ${where}.`);
  } catch (problem) {
    if (problem instanceof RequestInvalid) throw problem;
    throw new RequestInvalid(`${sentence}: it is no JSON.`);
  }
}
