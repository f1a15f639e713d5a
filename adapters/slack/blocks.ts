import type { Button, KnownBlock } from '@slack/types';
import { fitLines } from '../../core/notify/mrkdwn.ts';

/** Longest text of a section; what is written here stays below. https://docs.slack.dev/reference/block-kit/blocks/section-block */
export const LONGEST_SECTION = 2_900;

/** Lines of Slack's own markup, as many as fit. Nothing that only looks like a link or a mention becomes one. */
export function section(lines: readonly string[], accessory?: Button): KnownBlock {
  const text = { type: 'mrkdwn' as const, text: fitLines(lines, LONGEST_SECTION), verbatim: true };
  return { type: 'section', text, ...(accessory === undefined ? {} : { accessory }) };
}

/** A small line. */
export function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}
