import * as z from 'zod';
import type { ReleaseEvent } from '../release/events.ts';
import { addSeconds } from '../values/duration.ts';
import { parseRollout, rolloutMinutes, rolloutName } from '../values/rollout.ts';
import { parseTarget } from '../values/identifiers.ts';

/** Where the metrics of what a release moved are, in CloudWatch of the target's account. */
export interface MetricsLink {
  readonly url: string;
  readonly account: string;
  readonly region: string;
}

/** As `shiftStarted` has it, in those of engines that recorded functions. */
const shiftEvidence = z.object({
  rollout: rolloutName,
  moves: z.array(
    z.object({
      functionName: z.string(),
      aliasName: z.string(),
      from: z.string(),
      to: z.string(),
    }),
  ),
});
type Move = z.infer<typeof shiftEvidence>['moves'][number];

/** A graph of more lines tells nobody anything. */
const MOST_ALIASES = 5;
const AROUND_SECONDS = 3600;

/**
 * The metrics of the aliases that a shift moves, before and after it. @param later transitions after it, as far as they are known: they
 * say when it was over
 * @returns undefined for other transitions, and where nothing moved
 */
export function metricsLink(event: ReleaseEvent, later: readonly ReleaseEvent[]): MetricsLink | undefined {
  if (event.type !== 'shiftStarted') return undefined;
  const evidence = shiftEvidence.safeParse(event.evidence);
  if (!evidence.success || evidence.data.moves.length === 0) return undefined;
  const { account, region } = parseTarget(event.target);
  const { rollout, moves } = evidence.data;
  const over = later.find(
    (one) => ['shifted', 'rollbackStarted'].includes(one.type) && 'target' in one && one.target === event.target,
  );
  const until = over?.at ?? addSeconds(event.at, rolloutMinutes(parseRollout(rollout)) * 60);
  const graph = {
    view: 'timeSeries',
    stacked: false,
    region,
    start: addSeconds(event.at, -AROUND_SECONDS),
    end: addSeconds(until, AROUND_SECONDS),
    period: 60,
    metrics: moves.slice(0, MOST_ALIASES).flatMap(linesOf),
    annotations: {
      vertical: [
        { label: 'Traffic begins to move', value: event.at },
        ...(over === undefined
          ? []
          : [{ label: over.type === 'shifted' ? 'All moved' : 'Taken back', value: over.at }]),
      ],
    },
  };
  const url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#metricsV2?graph=${encode(graph)}`;
  return { url, account, region };
}

/**
 * Errors of the alias all along, and of each version while both serve; how long it takes, on the right.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
function linesOf({ functionName, aliasName, from, to }: Move): unknown[] {
  const name = `${functionName}:${aliasName}`;
  const ofAlias = ['FunctionName', functionName, 'Resource', name];
  const ofVersion = (version: string, label: string) => [
    ...['AWS/Lambda', 'Errors', ...ofAlias, 'ExecutedVersion', version],
    { stat: 'Sum', label: `${name} errors of version ${version} (${label})` },
  ];
  return [
    ['AWS/Lambda', 'Invocations', ...ofAlias, { stat: 'Sum', label: `${name} invocations` }],
    ['AWS/Lambda', 'Errors', ...ofAlias, { stat: 'Sum', label: `${name} errors` }],
    ofVersion(from, 'before'),
    ofVersion(to, 'after'),
    ['AWS/Lambda', 'Duration', ...ofAlias, { stat: 'p95', yAxis: 'right', label: `${name} p95 in milliseconds` }],
  ];
}

/** A value as CloudWatch's console has it in its address: JSURL, with `*` for the percent sign. */
function encode(value: unknown): string {
  if (typeof value === 'string') return `~'${encodeText(value)}`;
  if (Array.isArray(value)) return `~(${value.map(encode).join('')})`;
  if (typeof value !== 'object' || value === null) return `~${String(value)}`;
  return `~(${Object.entries(value)
    .map(([key, one]) => `${encodeText(key)}${encode(one)}`)
    .join('~')})`;
}

function encodeText(text: string): string {
  return text.replaceAll(/[^\w.-]/g, (character) => {
    if (character === '$') return '!';
    const code = character.charCodeAt(0);
    return code > 0xff ? `**${code.toString(16).padStart(4, '0')}` : `*${code.toString(16).padStart(2, '0')}`;
  });
}
