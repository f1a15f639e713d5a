import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { MachineName } from '../../core/contract/names.ts';

/** A line of a log group, as CloudWatch Logs has it. */
export interface StoredLine {
  /** Unique in CloudWatch Logs. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
}

/** A line of the engine about a release. */
export interface EngineLine {
  readonly id: string;
  readonly at: string;
  /** The function or state machine that it is of. */
  readonly source: string;
  /** `INFO`, `WARN`, `ERROR`. */
  readonly level: string;
  readonly message: string;
  readonly environment?: string;
  readonly account?: string;
  readonly region?: string;
  /** All else that the line says. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What Powertools' logger writes, as far as it is known. */
const functionLine = z.looseObject({
  level: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
  environment: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
});

/** What every line of a function has, and says nothing about a release. */
const PASSED_OVER = ['timestamp', 'service', 'function', 'release', 'sampling_rate', 'xray_trace_id'];

/** What Lambda writes where a function did not end by itself. https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
const killed = /Task timed out after|Runtime exited/;

/** The pattern that finds a function's lines about a release, and those of Lambda that may be about it. */
export function functionPattern(release: string): string {
  return `?"${release}" ?"Task timed out after" ?"Runtime exited"`;
}

/**
 * The lines of a function about a release: those that name it, and where Lambda killed the function in one of the same invocations, that.
 * @param requests invocations that are about the release; those that are found are added
 */
export function linesOfFunction(
  source: string,
  release: string,
  stored: readonly StoredLine[],
  requests: Set<string>,
): EngineLine[] {
  const names = new RegExp(`(?<![A-Za-z0-9-])${release.replaceAll('.', '\\.')}(?![0-9])`);
  const found = stored.flatMap((one) => {
    if (!names.test(one.message)) return [];
    const read = functionLine.safeParse(parsed(one.message));
    if (!read.success) return plainLine(source, one);
    const { level, message, environment, account, region, ...rest } = read.data;
    if (rest.requestId !== undefined) requests.add(rest.requestId);
    const details = Object.fromEntries(Object.entries(rest).filter(([name]) => !PASSED_OVER.includes(name)));
    return {
      ...{ id: one.id, at: instantOf(one.at), source, level, message, details },
      ...(environment === undefined ? {} : { environment }),
      ...(account === undefined ? {} : { account }),
      ...(region === undefined ? {} : { region }),
    };
  });
  const ends = stored.filter(
    ({ message }) =>
      killed.test(message) && !names.test(message) && [...requests].some((request) => message.includes(request)),
  );
  return [...found, ...ends.map((one) => plainLine(source, one))];
}

/** A line that is not of the engine's own logger: what the runtime or Lambda writes where something went wrong. */
function plainLine(source: string, { id, at, message }: StoredLine): EngineLine {
  return { id, at: instantOf(at), source, level: 'ERROR', message: message.trim(), details: {} };
}

/** What Step Functions writes. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const historyEvent = z.looseObject({
  type: z.string(),
  execution_arn: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** The lines of a state machine about a release: of its own execution, or of those that this one starts in its targets. */
export function linesOfMachine(machine: MachineName, release: string, stored: readonly StoredLine[]): EngineLine[] {
  return stored.flatMap((one): EngineLine[] => {
    const read = historyEvent.safeParse(parsed(one.message));
    if (!read.success || !isOf(machine, release, read.data.execution_arn)) return [];
    const { type, execution_arn: execution, details } = read.data;
    return [
      {
        id: one.id,
        at: instantOf(one.at),
        source: machine,
        level: 'ERROR',
        message: type,
        details: { execution, ...details },
      },
    ];
  });
}

/** The release is the name of its own execution; the names of others hold a digest of that one's ARN (statemachines/release.asl.yaml). */
function isOf(machine: MachineName, release: string, executionArn: string): boolean {
  const [, place, name] = /^(arn:.*:execution:)[^:]+:(.+)$/.exec(executionArn) ?? [];
  if (place === undefined || name === undefined) return false;
  if (machine === 'release') return name === release;
  const parent = `${place}sluice-release:${release}`;
  return name.includes(`-${createHash('sha256').update(parent).digest('hex').slice(0, 16)}-`);
}

function parsed(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    return undefined;
  }
}

function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
