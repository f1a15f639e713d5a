import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';

/** A state machine's ARN, with the version number or alias name that may follow it. */
export interface MachineArn {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Without the qualifier. */
  readonly machineArn: string;
  readonly qualifier: string | undefined;
}

export function machineArn(region: string, account: string, name: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
}

export function executionArn(region: string, account: string, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;
}

/** Of an Express machine: its name may be used again, so that an id follows it. */
export function expressArn(region: string, account: string, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:express:${machine}:${name}:${randomUUID()}`;
}

/** @throws AwsError InvalidArn */
export function parseMachineArn(arn: string | undefined): MachineArn {
  const parts = split(arn);
  const [, , , region, account, kind, name, qualifier] = parts;
  if (kind !== 'stateMachine' || !name || !region || !account || parts.length > 8 || qualifier === '')
    throw invalid(`Resource type not valid in this context: ${kind ?? ''}`);
  return { account, region, name, machineArn: machineArn(region, account, name), qualifier };
}

/** @throws AwsError InvalidArn */
export function checkExecutionArn(arn: string | undefined): string {
  const parts = split(arn);
  if (parts[5] !== 'execution' || parts.length !== 8 || arn === undefined)
    throw invalid(`Resource type not valid in this context: ${parts[5] ?? ''}`);
  return arn;
}

function split(arn: string | undefined): readonly string[] {
  if (arn === undefined || !arn.startsWith('arn:')) throw invalid(`Invalid ARN prefix: ${arn ?? ''}`);
  const parts = arn.split(':');
  if (parts[2] !== 'states') throw invalid(`Invalid service in ARN: ${parts[2] ?? ''}`);
  return parts;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: '${message}'`);
}

/** @throws AwsError InvalidName; 1 to 80 characters, none of those that Step Functions does not allow */
export function checkName(name: string | undefined): string {
  if (name === undefined || name === '' || name.length > 80 || FORBIDDEN.test(name))
    throw new AwsError('InvalidName', `Invalid Name: '${name ?? ''}'`);
  return name;
}

const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/u;
