/** What CloudWatch Logs Insights is to look for. */
interface InsightsQuery {
  readonly region: string;
  readonly groups: readonly string[];
  readonly query: string;
  readonly from: string;
  readonly until: string;
}

/** The query of CloudWatch Logs Insights that finds the same lines. */
export function insightsQuery(release: string): string {
  return [
    'fields @timestamp, @log, level, message, environment, account, region, requestId',
    `filter @message like "${release}"`,
    'sort @timestamp asc',
    'limit 10000',
  ].join('\n| ');
}

/** A link to CloudWatch Logs Insights in the AWS console, with a query filled in. The console's own notation: AWS documents none. */
export function insightsLink({ region, groups, query, from, until }: InsightsQuery): string {
  const sources = groups.map((group) => `~'${escaped(group)}`).join('');
  const detail = [
    `~(end~'${escaped(until)}`,
    `start~'${escaped(from)}`,
    `timeType~'ABSOLUTE`,
    `tz~'UTC`,
    `editorString~'${escaped(query)}`,
    `source~(${sources}))`,
  ].join('~');
  const place = `${consoleOf(region)}/cloudwatch/home?region=${region}`;
  return `${place}#logsV2:logs-insights$3FqueryDetail$3D${detail}`;
}

/** Texts in the console's notation: `*` and two hex digits for each byte that is no letter, digit, `-`, `_` or `.`. */
function escaped(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => `*${hex.toLowerCase()}`);
}

function consoleOf(region: string): string {
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `https://${region}.console.amazonaws-us-gov.com`;
  return `https://${region}.console.aws.amazon.com`;
}
