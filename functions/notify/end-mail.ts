import type { Letter } from '../../adapters/ses/message.ts';
import type { EndNotice } from '../../core/notify/end-notice.ts';

/** The e-mail about how a release ended. */
export function endMail({ subject, lines }: EndNotice): Letter {
  return { subject, text: lines.join('\n\n'), html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('') };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
