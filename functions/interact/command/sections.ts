import { plainText } from '../../../core/notify/mrkdwn.ts';
import type { CommandForm } from './command-form.ts';

/** Sections of an answer: lines of Slack's markup each. */
export type Sections = readonly (readonly string[])[];

/** A command as it is written. */
export function written({ command }: Pick<CommandForm, 'command'>, text: string): string {
  return `\`${plainText(`${command} ${text}`.replaceAll('`', "'"), 200)}\``;
}
