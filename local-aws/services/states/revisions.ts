import type { LoggingConfiguration, StateMachineType } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import { readDefinition } from './definition.ts';
import type { Problem } from './problems.ts';
import type { Definition } from './grammar.ts';
import type { Machine, Revision, Version } from './machines.ts';

/** @throws AwsError InvalidDefinition with every problem, NotImplemented */
export function parseDefinition(text: string | undefined, type: StateMachineType): Definition {
  const { definition, problems } = readDefinition(text ?? '', type);
  if (definition !== undefined) return definition;
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problems.map(describe).join(', ')}'`);
}

function describe({ code, message, location }: Problem): string {
  return `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`;
}

/** @throws AwsError InvalidLoggingConfiguration */
export function checkLogging(logging: LoggingConfiguration | undefined): LoggingConfiguration {
  const { level = 'OFF', includeExecutionData = false, destinations } = logging ?? {};
  if (level === 'OFF') return { level, includeExecutionData };
  if (destinations?.length !== 1)
    throw new AwsError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  const arn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (arn === undefined || !/^arn:aws:logs:[^:]+:\d{12}:log-group:[^:]+:\*$/.test(arn))
    throw new AwsError(
      'InvalidLoggingConfiguration',
      `Invalid Logging Configuration: Log Destination must end with ':*': ${arn ?? ''}`,
    );
  return { level, includeExecutionData, destinations };
}

/** What an update leaves as it is makes no new revision. */
export function revise(current: Revision, changes: Partial<Revision>, now: Date): Revision {
  const next = { ...current, ...changes };
  const same =
    next.text === current.text &&
    next.roleArn === current.roleArn &&
    next.tracing === current.tracing &&
    JSON.stringify(next.logging) === JSON.stringify(current.logging);
  return same ? current : { ...next, revisionId: randomUUID(), updated: now };
}

/**
 * Publishes the current revision; publishing it again gives the version it has.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
 */
export function publish(machine: Machine, description: string | undefined, now: Date): Version {
  const latest = machine.versions.find(({ revision }) => revision === machine.revision);
  if (latest !== undefined) return latest;
  machine.lastVersion += 1;
  const version: Version = {
    arn: `${machine.arn}:${machine.lastVersion}`,
    number: machine.lastVersion,
    revision: machine.revision,
    description,
    created: now,
  };
  machine.versions = [version, ...machine.versions];
  return version;
}
