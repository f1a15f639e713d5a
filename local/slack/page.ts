import type { Button } from './block-kit.ts';
import type { StandInMessage, Workspace } from './workspace.ts';

/** The messages of the stand-in, newest last, with their buttons; no script, and it reads itself again every two seconds. */
export function page(workspace: Workspace, users: Readonly<Record<string, string>>): string {
  const roots = workspace.messages.filter(({ thread }) => thread === undefined);
  const [first = ''] = Object.keys(users);
  const open = workspace.modals.at(-1);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slack (stand-in)</title>
${open === undefined ? '<meta http-equiv="refresh" content="2">' : ''}
<style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:1rem auto;padding:0 1rem}article{border:1px solid #bbb;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}
article article{margin-left:1.5rem;border-style:dashed}p{white-space:pre-wrap;margin:.5rem 0}button{font:inherit;padding:.25rem 1rem;margin-right:.5rem}
form{display:inline}small{color:#555}dialog{position:static;border:2px solid #333;border-radius:.5rem}</style></head><body>
<h1>Slack (stand-in)</h1><p>Whoever presses here is ${escape(users[first] ?? first)}.</p>
${open === undefined ? '' : modalOf(open)}
${workspace.whispers.map(({ text }) => `<p role="status">Only you can see this: ${mrkdwn(text)}</p>`).join('')}
${roots.map((root) => messageOf(root, workspace, first)).join('\n')}
</body></html>`;
}

function messageOf(message: StandInMessage, workspace: Workspace, user: string): string {
  const answers = workspace.messages.filter(
    ({ thread, channel }) => thread === message.ts && channel === message.channel,
  );
  const edited = message.edits === 0 ? '' : ' (edited)';
  const blocks = message.blocks.map((block) => {
    if (block.type === 'section') return `<p>${mrkdwn(block.text.text)}</p>`;
    if (block.type === 'context') return `<small>${block.elements.map((one) => mrkdwn(one.text)).join(' ')}</small>`;
    return block.type === 'actions' ? block.elements.map((one) => buttonOf(one, message, user)).join('') : '';
  });
  return `<article><small>#${escape(message.channel)}${edited}</small>${blocks.join('\n')}${answers.map((one) => messageOf(one, workspace, user)).join('')}</article>`;
}

function buttonOf({ action_id, text, url, confirm }: Button, { channel, ts }: StandInMessage, user: string): string {
  if (url !== undefined) return `<a href="${escape(url)}">${escape(text.text)}</a>`;
  const fields = Object.entries({ user, channel, ts, action: action_id });
  const button = `<form method="post" action="/press">${hidden(fields)}<button>${escape(text.text)}</button></form>`;
  if (confirm === undefined) return button;
  return `<details><summary>${escape(text.text)}</summary><p><b>${escape(confirm.title.text)}</b> ${escape(confirm.text.text)}</p>${button}</details>`;
}

function modalOf({ id, user, view, errors }: Workspace['modals'][number]): string {
  const rows = view.blocks.map((block) => {
    if (block.type === 'section') return `<p>${mrkdwn(block.text.text)}</p>`;
    if (block.type !== 'input') return '';
    const error = errors[block.block_id ?? ''];
    const { max_length = 3000, min_length = 0 } = block.element;
    return `<p><label>${escape(block.label.text)} <input name="reason" size="50" maxlength="${max_length}" ${min_length > 0 ? 'required' : ''}></label></p>${error === undefined ? '' : `<p role="alert">${escape(error)}</p>`}`;
  });
  const fields = hidden(Object.entries({ user, modal: id }));
  return `<dialog open><h2>${escape(view.title.text)}</h2><form method="post" action="/press">${fields}${rows.join('')}
<button>${escape(view.submit.text)}</button></form> <form method="post" action="/press">${fields}<button name="action" value="cancel">${escape(view.close.text)}</button></form></dialog>`;
}

function hidden(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`).join('');
}

/** Slack's own notation: `*bold*`, `<url|label>`, `<!date^…|…>`, `<!subteam^…>`; `&lt;` and the like are escaped already. */
function mrkdwn(text: string): string {
  return text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!subteam\^([A-Z0-9]+)>/g, '<mark>@$1</mark>')
    .replace(/<(https?:[^|>"]+)\|([^>]*)>/g, '<a href="$1">$2</a>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
