import { type Block, type Button, buttonsOf } from './block-kit.ts';
import type { StandInMessage, Whisper, Workspace } from './workspace.ts';

/** Who and what the page shows: names of the people by their ids, and the channels. */
export interface PageSettings {
  readonly users: Readonly<Record<string, string>>;
  readonly channels: readonly string[];
}

/**
 * The messages of the stand-in, newest last, with their buttons; no script, and it reads itself again every two seconds, unless somebody
 * is writing. @param query `user`: who looks; `write`: they write a command
 */
export function page(workspace: Workspace, { users, channels }: PageSettings, query: URLSearchParams): string {
  const roots = workspace.messages.filter(({ thread }) => thread === undefined);
  const [first = ''] = Object.keys(users);
  const asked = query.get('user') ?? first;
  const user = Object.hasOwn(users, asked) ? asked : first;
  const open = workspace.modals.findLast((one) => one.user === user);
  const writes = query.has('write');
  const whispers = workspace.whispers.filter((one) => one.user === user);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Slack (stand-in)</title>
${open === undefined && !writes ? '<meta http-equiv="refresh" content="2">' : ''}
<style>${style}</style></head><body><main>
<h1>Slack (stand-in)</h1><nav aria-label="Who looks">${Object.keys(users)
    .map((one) => whoLooks(one, user, users))
    .join(' ')}</nav>
${open === undefined ? '' : modalOf(open)}
${writes ? writingOf(user, channels) : `<p><a href="/?user=${user}&amp;write">Write a command</a></p>`}
${whispers.map((one) => whisperOf(one, user)).join('')}
${roots.map((root) => messageOf(root, workspace, user)).join('\n')}
</main></body></html>`;
}

const style = `*{box-sizing:border-box}body{font:16px/1.5 sans-serif;max-width:46rem;margin:1rem auto;padding:0 1rem;overflow-wrap:anywhere}
article{border:1px solid #bbb;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}article article{margin-left:.75rem;border-style:dashed}
p{white-space:pre-wrap;margin:.5rem 0}button,summary,input,select,article>a{font:inherit;padding:.25rem .75rem;min-height:2.5rem;max-width:100%}
button{margin:0 .5rem .25rem 0}input{width:100%}form{display:inline}details{display:inline-block;margin-right:.5rem}summary{cursor:pointer;border:1px solid #777;border-radius:.25rem}
article>a{display:inline-block}nav>*{margin-right:1rem}small{color:#555}.whisper{border-left:4px solid #888;padding-left:.75rem;margin:1rem 0}
dialog{position:static;margin:1rem 0;border:2px solid #333;border-radius:.5rem;max-width:100%}`;

function whoLooks(one: string, user: string, users: PageSettings['users']): string {
  const name = escape(users[one] ?? one);
  return one === user ? `<b>You are ${name}</b>` : `<a href="/?user=${escape(one)}">Be ${name}</a>`;
}

function writingOf(user: string, channels: readonly string[]): string {
  const options = [...new Set(channels)].map((channel) => `<option>${escape(channel)}</option>`).join('');
  return `<form method="post" action="/press">${hidden([['user', user]])}<p><label>Channel <select name="channel">${options}</select></label></p>
<p><label>Message <input name="text" value="/sluice " autocomplete="off" autofocus></label></p><button>Send</button></form>`;
}

function whisperOf(whisper: Whisper, user: string): string {
  const { text, blocks } = whisper;
  const shown =
    blocks.length === 0 ? `<p>${mrkdwn(text)}</p>` : blocks.map((one) => blockOf(one, whisper, user)).join('\n');
  return `<div class="whisper" role="status"><small>Only you can see this</small>${shown}</div>`;
}

function messageOf(message: StandInMessage, workspace: Workspace, user: string): string {
  const answers = workspace.messages.filter(
    ({ thread, channel }) => thread === message.ts && channel === message.channel,
  );
  const edited = message.edits === 0 ? '' : ' (edited)';
  const blocks = message.blocks.map((block) => blockOf(block, message, user));
  return `<article><small>#${escape(message.channel)}${edited}</small>${blocks.join('\n')}${answers.map((one) => messageOf(one, workspace, user)).join('')}</article>`;
}

/** Where buttons are. */
type Place = Pick<StandInMessage, 'channel' | 'ts'>;

function blockOf(block: Block, place: Place, user: string): string {
  const buttons = buttonsOf([block]).map((one) => buttonOf(one, place, user));
  return `${textOf(block)}${buttons.join('')}`;
}

function textOf(block: Block): string {
  if (block.type === 'section') return `<p>${mrkdwn(block.text.text)}</p>`;
  return block.type === 'context'
    ? `<p><small>${block.elements.map((one) => mrkdwn(one.text)).join(' ')}</small></p>`
    : '';
}

function buttonOf({ action_id, text, url, confirm }: Button, { channel, ts }: Place, user: string): string {
  if (url !== undefined) return `<a href="${escape(url)}">${escape(text.text)}</a>`;
  const fields = Object.entries({ user, channel, ts, action: action_id });
  const button = `<form method="post" action="/press">${hidden(fields)}<button>${escape(text.text)}</button></form>`;
  if (confirm === undefined) return button;
  return `<details><summary>${escape(text.text)}</summary><p><b>${escape(confirm.title.text)}</b> ${escape(confirm.text.text)}</p>${button}</details>`;
}

function modalOf({ id, user, view, errors }: Workspace['modals'][number]): string {
  const rows = view.blocks.map((block) => {
    if (block.type !== 'input') return textOf(block);
    const error = errors[block.block_id ?? ''];
    const { max_length = 3000, min_length = 0 } = block.element;
    return `<p><label>${escape(block.label.text)} <input name="reason" maxlength="${max_length}" ${min_length > 0 ? 'required' : ''}></label></p>${error === undefined ? '' : `<p role="alert">${escape(error)}</p>`}`;
  });
  const fields = hidden(Object.entries({ user, modal: id }));
  return `<dialog open aria-label="${escape(view.title.text)}"><h2>${escape(view.title.text)}</h2><form method="post" action="/press">${fields}${rows.join('')}
<button>${escape(view.submit.text)}</button></form> <form method="post" action="/press">${fields}<button name="action" value="cancel">${escape(view.close.text)}</button></form></dialog>`;
}

function hidden(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`).join('');
}

/** The emoji that are used, by Slack's names for them. */
const emoji: Readonly<Record<string, string>> = {
  lock: '🔒',
  unlock: '🔓',
  warning: '⚠️',
  rotating_light: '🚨',
  white_check_mark: '✅',
  octagonal_sign: '🛑',
  leftwards_arrow_with_hook: '↩️',
};

/** Slack's own notation: `*bold*`, `<url|label>`, `<!date^…|…>`, `<!subteam^…>`; `&lt;` and the like are escaped already. */
function mrkdwn(text: string): string {
  return text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!subteam\^([A-Z0-9]+)>/g, '<mark>@$1</mark>')
    .replace(/<(https?:[^|>"]+)\|([^>]*)>/g, '<a href="$1">$2</a>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/:([a-z_]+):/g, (whole, name: string) => emoji[name] ?? whole)
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
