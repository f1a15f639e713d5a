/**
 * Patterns of templates, which CloudFormation reads as Java does. What Java and JavaScript read alike is judged, and only where that
 * is quick for any value: a pattern is somebody else's, and some take longer than the universe is old.
 */

/** Longer values are CloudFormation's to judge. */
const LONGEST = 300;
/** Each may start anywhere: a value of the greatest length takes a fraction of a second with three of them. */
const MOST_UNBOUNDED = 3;

const CLASS = /\[\^?(?:\\.|[^\]\\[])+\]/g;
const ESCAPE = /\\(?:[dDwWsSbBnrtf]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z0-9])/g;
const UNBOUNDED = /[*+]|\{\d+,\}/g;
/** The innermost group: its content, and how often it may come. */
const GROUP = /\((?:\?[:=!])?([^()]*)\)([*+]|\{\d+,\}|\{(?:\d+,)?(\d+)\})?/;
/** A group that repeats what has more than one way to match takes so many times longer with each round. */
const FEW_ROUNDS = 4;

/** Does all of a value match? Undefined where that is not for JavaScript to say. */
export function matchesPattern(pattern: string, value: string): boolean | undefined {
  if (value.length > LONGEST || !isQuick(pattern)) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return undefined;
  }
}

function isQuick(pattern: string): boolean {
  // Classes and escapes that both languages read alike stand for one character; what is left of others is Java's own.
  const bare = pattern.replaceAll(CLASS, readAlike).replaceAll(ESCAPE, 'a');
  if (/[\\[\]]/.test(bare) || (bare.match(UNBOUNDED) ?? []).length > MOST_UNBOUNDED) return false;
  return isQuickGroup(bare);
}

/** Java intersects classes by `&&`; a class within a class, and an empty one, is not found by the pattern for classes, and stays. */
function readAlike(found: string): string {
  return found.includes('&&') || /\\/.test(found.replaceAll(ESCAPE, '')) ? '[' : 'a';
}

function isQuickGroup(bare: string): boolean {
  const found = GROUP.exec(bare);
  if (found === null) return true;
  const [whole, content = '', times, most] = found;
  const varies = /[*+?{|§]/.test(content);
  if (times !== undefined && varies && (most === undefined || Number(most) > FEW_ROUNDS)) return false;
  return isQuickGroup(bare.replace(whole, () => (varies ? '§' : 'a')));
}
