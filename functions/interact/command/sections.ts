import { plainText } from '../../../core/notify/mrkdwn.ts';
import type { CommandForm } from './command-form.ts';

/** Lines of Slack's markup. */
export type Lines = readonly string[];

/** Lines, with a button that opens the page of a release. */
export interface Detailed {
  readonly lines: Lines;
  /** The release's id. */
  readonly details: string;
}

/** Sections of an answer. */
export type Sections = readonly (Lines | Detailed)[];

/** The lines of a section, with a button or without. */
export function linesOf(section: Lines | Detailed): Lines {
  return 'lines' in section ? section.lines : section;
}

/** A command as it is written. */
export function written({ command }: Pick<CommandForm, 'command'>, text: string): string {
  return `\`${plainText(`${command} ${text}`.replaceAll('`', "'"), 200)}\``;
}
