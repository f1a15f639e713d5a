import { LONGEST_REASON } from '../../core/contract/api/actions.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { plainText } from '../../core/notify/mrkdwn.ts';
import { slackActions } from '../../core/notify/slack-actions.ts';
import type { ModalView } from '../../adapters/slack/chat.ts';

/** Asks why somebody declines. @param asked what the answer comes with */
export function declineModal({ release, environment, override }: ApprovalItem, asked: object): ModalView {
  const what = override === undefined ? 'It will not be released there.' : 'It will be rolled back.';
  return {
    type: 'modal',
    callback_id: slackActions.declineReason,
    private_metadata: JSON.stringify(asked),
    title: { type: 'plain_text', text: 'Decline' },
    submit: { type: 'plain_text', text: 'Decline' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*${plainText(release, 150)}* in *${plainText(environment, 100)}*: ${what}`,
          verbatim: true,
        },
      },
      {
        type: 'input',
        block_id: slackActions.declineReason,
        label: { type: 'plain_text', text: 'Why?' },
        element: {
          type: 'plain_text_input',
          action_id: slackActions.declineReason,
          multiline: true,
          min_length: 1,
          max_length: LONGEST_REASON,
        },
      },
    ],
  };
}
