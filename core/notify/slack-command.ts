import { LONGEST_REASON } from '../contract/api/actions.ts';
import { cutText, firstUnsafe } from '../values/text.ts';

/** What a person wrote behind the slash command in Slack. */
export type SlackCommand =
  | { readonly action: 'help' }
  | { readonly action: 'live'; readonly service: string }
  /** @param release a release's id, or service and version: `orders-1.4.2` */
  | { readonly action: 'release'; readonly release: string }
  | {
      readonly action: 'hold' | 'release-hold';
      readonly service: string;
      readonly environment: string;
      readonly reason: string;
    }
  /** Nothing that can be done: what is wrong, and an example. */
  | { readonly action: 'unclear'; readonly sentence: string; readonly example: string };

/** What can be written, with an example of each. */
export const commandExamples = {
  live: 'live orders',
  release: 'release orders-1.4.2',
  hold: 'hold orders production The sale has begun',
  'release-hold': 'release-hold orders production The sale is over',
  help: 'help',
} as const;

/** Reads what stands behind the command. Quotes are those that Slack's clients make of plain ones, too. */
export function readCommand(text: string): SlackCommand {
  const [verb = 'help', ...words] = text.split(/\s+/).filter((word) => word !== '');
  const action = unquote(verb).toLowerCase();
  switch (action) {
    case 'help':
      return { action };
    case 'live':
      return readLive(words.map(unquote));
    case 'release':
      return readRelease(words.map(unquote));
    case 'hold':
    case 'release-hold':
      return readHold(action, words);
    default:
      return unclear(`There is no command “${cutText(verb, 40)}”.`, 'help');
  }
}

function readLive([service, ...more]: readonly string[]): SlackCommand {
  if (service === undefined) return unclear('Name the service.', 'live');
  if (more.length > 0) return unclear('Name one service, and nothing else.', 'live');
  return { action: 'live', service };
}

/** `orders-1.4.2`, `orders-1.4.2-a1`, or `orders 1.4.2`. */
function readRelease(words: readonly string[]): SlackCommand {
  const [first, second, ...more] = words;
  if (first === undefined) return unclear('Name the release.', 'release');
  const isVersion = second === undefined || /^[0-9]/.test(second);
  if (more.length > 0 || !isVersion) return unclear('Name one release, and nothing else.', 'release');
  return { action: 'release', release: words.join('-') };
}

function readHold(action: 'hold' | 'release-hold', words: readonly string[]): SlackCommand {
  const [service, environment] = words.slice(0, 2).map(unquote);
  if (service === undefined || environment === undefined) return unclear('Name a service and an environment.', action);
  const reason = reasonOf(words.slice(2).join(' '));
  if (reason === '') return unclear('Say why, behind the environment: it stands in the ledger.', action);
  if (reason.length > LONGEST_REASON)
    return unclear(`The reason is too long: it has ${LONGEST_REASON} characters at most.`, action);
  if (firstUnsafe(reason) !== undefined)
    return unclear('The reason has characters that control or cannot be seen: write it anew.', action);
  return { action, service, environment, reason };
}

/** The reason without what the command line would have around it: `--reason "…"`, whose hyphens Slack may have made a dash. */
function reasonOf(text: string): string {
  return unquote(text.replace(/^(?:-{1,2}|[–—])reason(?:=|\s+|$)/i, '').trim());
}

const quoted = /^(?:"(.*)"|'(.*)'|`(.*)`|[“”„«»](.*)[“”„«»]|[‘’‚‹›](.*)[‘’‚‹›])$/u;

/** The text between two quotes, where it stands between two. */
function unquote(text: string): string {
  const found = quoted.exec(text);
  return found === null ? text : found.slice(1).join('').trim();
}

function unclear(sentence: string, example: keyof typeof commandExamples): SlackCommand {
  return { action: 'unclear', sentence, example: commandExamples[example] };
}
