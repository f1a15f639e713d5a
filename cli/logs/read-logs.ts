import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { functionLogGroup, functionNames, machineLogGroup, type MachineName } from '../../core/contract/names.ts';
import { CommandError } from '../exit-codes.ts';
import { explain } from '../refusals.ts';
import { type EngineLine, functionPattern, linesOfFunction, linesOfMachine, type StoredLine } from './select-lines.ts';

/** State machines that act for a release. */
const machines = ['release', 'deploy-target', 'roll-back-target'] as const satisfies readonly MachineName[];

/** A log group of the engine, and how lines about a release are found in it. */
interface Group {
  readonly name: string;
  /** What CloudWatch Logs looks for; undefined for all lines: a state machine logs errors alone. */
  readonly pattern: string | undefined;
  readonly select: (stored: readonly StoredLine[]) => EngineLine[];
}

/** The log groups of the engine that may have lines about a release. */
export const logGroups: readonly string[] = [
  ...functionNames.map(functionLogGroup),
  ...machines.map((name) => machineLogGroup(name)),
];

/**
 * CloudWatch Logs lets an account filter 5 times a second in some Regions, 25 times in others, and this cannot be raised
 * (https://docs.aws.amazon.com/general/latest/gr/cwl_region.html): so many groups are read at the same time, and the client waits where
 * it is told to.
 */
const AT_ONCE = 2;

/** What was read. */
export interface ReadLogs {
  /** By time. */
  readonly lines: readonly EngineLine[];
  /** Log groups that are not there: this engine has no such function. */
  readonly missing: readonly string[];
}

/** Reads what the engine logged about a release, again and again. */
export class ReleaseLogs {
  /** Invocations that are about the release, by log group. */
  private readonly groups: readonly Group[];

  constructor(
    private readonly client: CloudWatchLogsClient,
    release: string,
  ) {
    this.groups = [
      ...functionNames.map((name) => functionGroup(name, functionLogGroup(name), release)),
      ...machines.map((name) => ({
        name: machineLogGroup(name),
        pattern: undefined,
        select: (stored: readonly StoredLine[]) => linesOfMachine(name, release, stored),
      })),
    ];
  }

  /** @param from milliseconds since the epoch @param until as long; up to now when left out @throws CommandError */
  async read(from: number, until?: number): Promise<ReadLogs> {
    const [lines, missing]: [EngineLine[], string[]] = [[], []];
    const left = [...this.groups];
    const work = async (): Promise<void> => {
      for (let group = left.shift(); group !== undefined; group = left.shift()) {
        const stored = await this.readGroup(group, from, until);
        if (stored === undefined) missing.push(group.name);
        else lines.push(...group.select(stored));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    lines.sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1));
    return { lines, missing: missing.sort() };
  }

  /** Page after page, some of which are empty; undefined where there is no such group. */
  private async readGroup({ name, pattern }: Group, from: number, until?: number): Promise<StoredLine[] | undefined> {
    const stored: StoredLine[] = [];
    const asked = {
      logGroupName: name,
      startTime: from,
      ...(until === undefined ? {} : { endTime: until }),
      ...(pattern === undefined ? {} : { filterPattern: pattern }),
    };
    try {
      for await (const { events = [] } of paginateFilterLogEvents({ client: this.client }, asked))
        for (const { eventId = '', timestamp = 0, message = '' } of events)
          stored.push({ id: eventId, at: timestamp, message });
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw withGrant(explain(error, `read the log group ${name}`));
    }
    return stored;
  }
}

/** Whoever may ask the engine may not read its logs by that: these are CloudWatch's. */
function withGrant(problem: CommandError): CommandError {
  if (problem.details.code !== 'cli.aws-denied') return problem;
  const remedy = `You need logs:FilterLogEvents on the log groups /aws/lambda/sluice-* and /aws/vendedlogs/states/sluice-* of the engine's account; your platform team can grant it (docs/cli.md, "What your identity needs").`;
  return new CommandError(`${problem.message} ${remedy}`, problem.exitCode, problem.details);
}

function functionGroup(source: string, name: string, release: string): Group {
  const requests = new Set<string>();
  return {
    name,
    pattern: functionPattern(release),
    select: (stored) => linesOfFunction(source, release, stored, requests),
  };
}
