import * as z from 'zod';
import { RequestInvalid } from '../../../core/contract/errors.ts';

/** What Slack sends of a slash command, as far as it is read. https://docs.slack.dev/interactivity/implementing-slash-commands */

const id = z.string().min(1).max(30);

const commandForm = z.object({
  /** What the app's manifest calls it: `/sluice`. */
  command: z.string().regex(/^\/\S{1,100}$/),
  /** What stands behind it; people write what they like. */
  text: z.string().default(''),
  team_id: id,
  api_app_id: id,
  user_id: id,
  /** Another one each time: the same means that a request came twice. */
  trigger_id: z.string().min(1).max(500),
});
export type CommandForm = z.infer<typeof commandForm>;

/** @throws RequestInvalid */
export function readCommandForm(body: string): CommandForm {
  const parsed = commandForm.safeParse(Object.fromEntries(new URLSearchParams(body)));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new RequestInvalid(`Slack sent something that is no slash command: look at ${where}.`);
}
