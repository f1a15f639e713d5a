import type { Letter } from '../../adapters/ses/message.ts';
import type { Notice } from '../../core/notify/end-notice.ts';

/** The e-mail of a notice. */
export function noticeMail({ subject, lines }: Notice): Letter {
  return { subject, text: lines.join('\n\n'), html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('') };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
