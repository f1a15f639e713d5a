import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import type { Properties } from './provider.ts';
import { isRecord } from './values.ts';
import { own } from '../../kernel/own.ts';

/**
 * Dynamic references, `{{resolve:ssm:name:version}}` and `{{resolve:secretsmanager:id:SecretString:key:stage:version}}`. They
 * stay as written in what a stack remembers and shows, and are resolved for the call alone.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
const REFERENCE = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g;

/** The properties with every dynamic reference replaced by what it stands for, read as `caller`. */
export async function resolveDynamic(engine: Engine, caller: Caller, properties: Properties): Promise<Properties> {
  const found = new Map<string, string>();
  for (const text of texts(properties)) {
    for (const [whole, service, rest] of text.matchAll(REFERENCE)) {
      if (!found.has(whole)) found.set(whole, await fetchValue(engine, caller, service ?? '', rest ?? ''));
    }
  }
  if (found.size === 0) return properties;
  const replaced = replace(properties, found);
  return isRecord(replaced) ? replaced : properties;
}

async function fetchValue(engine: Engine, caller: Caller, service: string, rest: string): Promise<string> {
  if (service === 'ssm') {
    const { Parameter } = await engine.kernel.send(caller, new GetParameterCommand({ Name: rest }));
    if (Parameter?.Value === undefined) throw validationError(`Parameter ${rest} has no value`);
    return Parameter.Value;
  }
  if (service === 'secretsmanager') return secret(engine, caller, rest);
  throw new NotImplemented(`the dynamic reference {{resolve:${service}:…}}`);
}

async function secret(engine: Engine, caller: Caller, rest: string): Promise<string> {
  const arn = /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::(.*))?$/.exec(rest);
  const [id, ...parts] = arn === null ? rest.split(':') : [arn[1] ?? '', ...(arn[2]?.split(':') ?? [])];
  const [kind = 'SecretString', key = '', stage = '', version = ''] = parts;
  if (kind !== '' && kind !== 'SecretString') throw validationError(`Could not parse secret reference ${rest}`);
  const { SecretString } = await engine.kernel.send(
    caller,
    new GetSecretValueCommand({
      SecretId: id,
      ...(stage === '' ? {} : { VersionStage: stage }),
      ...(version === '' ? {} : { VersionId: version }),
    }),
  );
  if (SecretString === undefined) throw validationError(`Secret ${id} has no SecretString`);
  if (key === '') return SecretString;
  const parsed: unknown = JSON.parse(SecretString);
  const value = isRecord(parsed) ? own(parsed, key) : undefined;
  if (typeof value !== 'string')
    throw validationError(`Could not find a value associated with JSONKey ${key} in SecretString`);
  return value;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isRecord(value) ? Object.values(value).flatMap(texts) : [];
}

function replace(value: unknown, found: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replaceAll(REFERENCE, (whole) => found.get(whole) ?? whole);
  if (Array.isArray(value)) return value.map((entry) => replace(entry, found));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replace(entry, found)]));
}
