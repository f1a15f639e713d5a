import * as z from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import type { GroupRecord } from './store.ts';

/**
 * Metrics that log events carry in the embedded metric format: whoever writes them, without a header, and also behind what Lambda
 * writes in front of a line (time, request id, level).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const units =
  /^(Seconds|Microseconds|Milliseconds|((Kilo|Mega|Giga|Tera)?(bytes|bits)|Bytes|Bits|Count)(\/Second)?|Percent|None)$/;
const name = z.string().min(1).max(255);
const definition = z.object({
  Name: name,
  Unit: z.string().regex(units).default('None'),
  StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
});
const directive = z.object({
  Namespace: name,
  /** A set may be empty, but there has to be one: each gives a metric of its own. */
  Dimensions: z.array(z.array(name).max(30)).min(1),
  Metrics: z.array(definition).max(100),
});
const document = z.looseObject({
  _aws: z.object({ Timestamp: z.int(), CloudWatchMetrics: z.array(directive) }),
});
type Document = z.output<typeof document>;

const values = z.union([z.number(), z.array(z.number()).max(100)]);

/** Values with an older or newer time are not taken, as those of PutMetricData. */
const OLDEST = 14 * 86_400_000;
const NEWEST = 2 * 3_600_000;

/** One value of a metric, as a log event has it. */
interface Extracted {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  readonly at: number;
}

/** Records the metrics of a log event that was put into a group; of an event that has none, nothing. */
export function recordEmbeddedMetrics(
  kernel: Kernel,
  { account, region, name: group }: GroupRecord,
  message: string,
): void {
  const found = extract(message, kernel.clock.now());
  if (found === undefined) return;
  const { metrics } = kernel.port;
  if (typeof found !== 'string') {
    for (const one of found) metrics.record({ account, region, ...one });
    return;
  }
  // What a document is wrong in is told by a metric of the group's.
  const dimensions = { LogGroupName: group };
  metrics.record({ account, region, namespace: 'AWS/Logs', name: found, dimensions, value: 1, unit: 'None' });
}

/** @returns the error's metric for a document that says it has metrics, and is wrong; undefined for what says nothing of it */
function extract(message: string, now: number): Extracted[] | 'EMFParsingErrors' | 'EMFValidationErrors' | undefined {
  const read = parse(message);
  if (!isEmbedded(read)) return undefined;
  const checked = document.safeParse(read);
  if (!checked.success) return 'EMFParsingErrors';
  const { Timestamp: at } = checked.data._aws;
  const isInTime = at >= now - OLDEST && at <= now + NEWEST;
  return (isInTime ? valuesIn(checked.data) : undefined) ?? 'EMFValidationErrors';
}

function parse(message: string): unknown {
  const text = message.replace(/^[^{]*\t(?=\{)/, '').trim();
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const embedded = z.object({ _aws: z.object({ CloudWatchMetrics: z.unknown() }) });

function isEmbedded(read: unknown): boolean {
  const found = embedded.safeParse(read);
  return found.success && found.data._aws.CloudWatchMetrics !== undefined;
}

/** Undefined where a target that the document names is missing, or of the wrong kind. */
function valuesIn(read: Document): Extracted[] | undefined {
  const all: Extracted[] = [];
  const { Timestamp: at, CloudWatchMetrics } = read._aws;
  for (const { Namespace: namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    for (const keys of Dimensions) {
      const dimensions = z.record(z.string(), z.string()).safeParse(pick(read, keys));
      if (!dimensions.success) return undefined;
      for (const metric of Metrics) {
        const target = values.safeParse(Object.hasOwn(read, metric.Name) ? read[metric.Name] : undefined);
        if (!target.success) return undefined;
        const common = { namespace, name: metric.Name, dimensions: dimensions.data, unit: metric.Unit, at };
        all.push(...[target.data].flat().map((value) => ({ ...common, value })));
      }
    }
  }
  return all;
}

function pick(read: Document, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, Object.hasOwn(read, key) ? read[key] : undefined]));
}
