import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonical, isMap } from '../model/values.ts';
import { POLICY_TEMPLATES } from '../policies/policy-template.ts';
import { transform, type TransformRequest } from '../transform.ts';
import { fixture, FIXTURES, request } from './fixtures.ts';

const PACKAGE = 'aws-sam-translator==1.110.0';
const python = process.env.SAM_PYTHON ?? 'python3';

/** A function with every policy template, the parameters of each by a reference. */
function allPolicies(): Record<string, unknown> {
  const Policies = Object.entries(POLICY_TEMPLATES).map(([name, { parameters }]) => ({
    [name]: Object.fromEntries(parameters.map((parameter) => [parameter, { Ref: `${parameter}Given` }])),
  }));
  const Properties = { Runtime: 'nodejs22.x', Handler: 'a.b', InlineCode: 'x', Policies };
  return { Resources: { Function: { Type: 'AWS::Serverless::Function', Properties } } };
}

const named: readonly (readonly [string, TransformRequest])[] = [
  ...FIXTURES.flatMap((name) =>
    ['us-east-1', 'cn-north-1', 'us-gov-west-1'].map(
      (region) => [`${name} in ${region}`, request(fixture(name), { region })] as const,
    ),
  ),
  ['hello with values', request(fixture('hello'), { parameters: { Bucket: 'another', Stage: 'production' } })],
  ['every policy template', request(allPolicies())],
];

/** Milliseconds: Python is waited for, however busy the machine is. */
const PATIENCE = 600_000;

const answers = new Map<string, unknown>();

beforeAll(() => {
  const requests = JSON.stringify(named.map(([, one]) => one));
  const script = fileURLToPath(new URL('translator.py', import.meta.url));
  const run = spawnSync(python, [script], { input: requests, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status !== 0)
    throw new Error(
      `SAM's translator did not run by "${python}": it takes Python 3 with it, as by "python3 -m venv .venv && .venv/bin/pip install ${PACKAGE}" and then "SAM_PYTHON=.venv/bin/python npm run test:sam".\n${run.error?.message ?? run.stderr}`,
    );
  const parsed: unknown = JSON.parse(run.stdout);
  if (Array.isArray(parsed)) for (const [index, [name]] of named.entries()) answers.set(name, parsed[index]);
}, PATIENCE);

/**
 * What is compared: everything but the order of `DependsOn`, of statements and their resources, and of errors, and the digest of a REST API's definition. SAM
 * digests the definition as Python 2 wrote it, in the order of its hash table.
 */
function compared(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/(Deployment)[0-9a-f]{10}\b/g, '$1Digest')
    .replace(/(RestApi deployment id: )[0-9a-f]{40}/g, '$1Digest');
  return unordered(JSON.parse(text));
}

const UNORDERED = ['DependsOn', 'Statement', 'Resource', 'errors', 'Fn::Or'];

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const inside = unordered(member);
      if (!UNORDERED.includes(key)) return [key, inside];
      const list: unknown[] = Array.isArray(inside) ? inside : [inside];
      return [key, list.sort((one, other) => (canonical(one) < canonical(other) ? -1 : 1))];
    }),
  );
}

describe("SAM's own translator says the same of", () => {
  it.each(named)('%s', (name, one) => {
    expect(compared(transform(one))).toEqual(compared(answers.get(name)));
  });
});
