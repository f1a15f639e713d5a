import * as z from 'zod';

/**
 * Block Kit as far as Sluice uses it, with Slack's own limits; anything else is refused.
 * https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/reference/block-kit/composition-objects
 */

const plain = (longest: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (longest: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(longest),
    verbatim: z.boolean().optional(),
  });
const blockId = { block_id: z.string().max(255).optional() };

const confirm = z.strictObject({ title: plain(100), text: plain(300), confirm: plain(30), deny: plain(30) });

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: z.string().min(1).max(255),
  url: z.url().max(3000).optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
});

const section = z.strictObject({
  type: z.literal('section'),
  ...blockId,
  text: z.union([mrkdwn(3000), plain(3000)]),
  accessory: button.optional(),
});
const context = z.strictObject({
  type: z.literal('context'),
  ...blockId,
  elements: z.array(mrkdwn(3000)).min(1).max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  ...blockId,
  elements: z
    .array(button)
    .min(1)
    .max(25)
    .refine((all) => new Set(all.map(({ action_id: id }) => id)).size === all.length, 'action_id must be unique'),
});
const input = z.strictObject({
  type: z.literal('input'),
  ...blockId,
  label: plain(2000),
  element: z.strictObject({
    type: z.literal('plain_text_input'),
    action_id: z.string().min(1).max(255),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  }),
});

const messageBlock = z.discriminatedUnion('type', [section, context, actions]);
const modalBlock = z.discriminatedUnion('type', [section, context, actions, input]);
export type Block = z.infer<typeof modalBlock>;
export type Button = z.infer<typeof button>;

/** The buttons of a message, in their order. */
export function buttonsOf(blocks: readonly Block[]): Button[] {
  return blocks.flatMap((block) => {
    if (block.type === 'actions') return block.elements;
    return block.type === 'section' ? (block.accessory ?? []) : [];
  });
}

const distinctIds = (blocks: readonly Block[]): boolean => {
  const ids = blocks.flatMap(({ block_id: id }) => id ?? []);
  return new Set(ids).size === ids.length;
};

const messageBlocks = z.array(messageBlock).max(50).refine(distinctIds, 'block_id must be unique');

/** A message's own arguments: its text is what Slack cuts at 40,000 characters, and asks to keep below 4,000. */
export const messageContent = { text: z.string().min(1).max(4000), blocks: messageBlocks };

export const modal = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255),
  private_metadata: z.string().max(3000),
  title: plain(24),
  submit: plain(24),
  close: plain(24),
  blocks: z.array(modalBlock).min(1).max(100).refine(distinctIds, 'block_id must be unique'),
});
export type Modal = z.infer<typeof modal>;
