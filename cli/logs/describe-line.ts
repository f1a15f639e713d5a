import { visibleDocument, visibleLine } from '../../core/values/text.ts';
import { type Paint, plain, type Tone } from '../paint.ts';
import type { EngineLine } from './select-lines.ts';

const WIDTH = { source: 16, level: 5 };

/** A line of the engine for people: when, where, what, and what else it says. The stack of an error has lines of its own. */
export function describeLine(recorded: EngineLine, paint: Paint = plain): string {
  const { at, source, level, environment, account, region, details } = visibleDocument({
    ...recorded,
    message: undefined,
  });
  const [message = '', ...further] = recorded.message.split('\n').map(visibleLine);
  const target = account === undefined ? '' : `${account}/${region ?? ''}`;
  const place = [environment ?? '', target].filter((part) => part !== '').join(' ');
  const { error } = details;
  const rest = Object.entries(details).filter(([name]) => name !== 'error' && name !== 'requestId');
  const said = rest.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(rest))}`;
  const parts = [at, source.padEnd(WIDTH.source), paint(toneOf(level), level.padEnd(WIDTH.level)), place, message];
  const line = `${parts.filter((part) => part !== '').join('  ')}${said}`;
  return [line, ...[...further, ...stackOf(recorded.details['error'], error)].map((one) => `    ${one}`)].join('\n');
}

function toneOf(level: string): Tone {
  if (level === 'ERROR' || level === 'CRITICAL') return 'bad';
  return level === 'WARN' ? 'busy' : 'quiet';
}

/** The stack of an error as Powertools writes it, line by line. @param shown the error, where it has no stack */
function stackOf(error: unknown, shown: unknown): string[] {
  if (error === undefined) return [];
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? error.stack : undefined;
  return typeof stack === 'string' ? stack.split('\n').map(visibleLine) : [JSON.stringify(shown)];
}
