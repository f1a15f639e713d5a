import { cutText, oneLine, visibleLine } from '../values/text.ts';

/**
 * A text from outside in one of Slack's own: one line, no link, mention or command of Slack's (`<!channel>`, `<@U…>`), and of no
 * more than `length` characters, escaped as it is. https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function plainText(text: string, length: number): string {
  const line = visibleLine(oneLine(text));
  let kept = length;
  let escaped = escape(cutText(line, kept));
  while (escaped.length > length) {
    kept -= Math.ceil((escaped.length - length) / LONGEST_ESCAPE);
    escaped = escape(cutText(line, kept));
  }
  return escaped;
}

/** `&amp;` */
const LONGEST_ESCAPE = 5;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A link. @param url written by Sluice itself */
export function linkTo(url: string, label: string): string {
  return `<${url.replace(/[<>|\s]/g, encodeURIComponent)}|${plainText(label, 100)}>`;
}

/** An instant as each reader's own clock has it; in UTC where that is not known. */
export function localTime(instant: string): string {
  const utc = `${instant.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(Date.parse(instant) / 1000)}^{date_short_pretty} {time}|${utc}>`;
}

/** Lines of a section, as many as fit into `length` characters; the last says how many do not. */
export function fitLines(lines: readonly string[], length: number): string {
  const whole = lines.join('\n');
  if (whole.length <= length) return whole;
  const kept: string[] = [];
  for (const line of lines) {
    if ([...kept, line, moreLines(lines.length)].join('\n').length > length) break;
    kept.push(line);
  }
  return [...kept, moreLines(lines.length - kept.length)].join('\n');
}

function moreLines(count: number): string {
  return `… and ${count} more`;
}
