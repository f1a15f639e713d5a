import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import * as z from 'zod';
import { codePermissions } from '../infra/release-target/cloudformation-permissions.ts';
import { targetArns } from '../infra/release-target/names.ts';
import { identityKinds, resourceKinds } from '../core/template/resource-kinds.ts';
import { compareGrants, type Comparison } from './compare-grants/compare.ts';
import { allowedTypes } from './compare-grants/allowed-types.ts';
import { leftOut } from './compare-grants/left-out.ts';

/*
 * Compares what CloudFormation's own handlers ask for with what its role is granted in a target:
 * `npm run compare-grants -- FILE`. The file is a JSON document `{ "<resource type>": { "<handler>": ["<action>", …] } }`, taken
 * from the public schemas of the resource types (`handlers.*.permissions`, `tagging.permissions`):
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
 */
const schema = z.record(z.string(), z.record(z.string(), z.array(z.string())));

function grantedActions(): string[] {
  const stack = new Stack(new App(), 'Target', { env: { account: '222222222222', region: 'us-east-1' } });
  const arns = targetArns(stack, { stacks: ['sluice-*'], resources: ['sluice-*'] });
  const listed = [...resourceKinds, ...identityKinds].flatMap(({ grants }) => grants);
  return [...codePermissions(arns), ...listed].flatMap(({ actions }) => actions);
}

function report({ types, unknown, stale }: Comparison): string[] {
  return [
    ...types.flatMap(({ type, missing, leftOut: without }) => [
      ...missing.map(({ action, handlers }) => `MISSING ${type}: ${action} (${handlers.join(', ')})`),
      ...without.map(({ action, because }) => `left out ${type}: ${action}: ${because}`),
    ]),
    ...unknown.map((type) => `UNKNOWN ${type}: the file does not have it`),
    ...stale.map((action) => `STALE ${action}: granted, or no handler asks for it`),
  ];
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: npm run compare-grants -- FILE\n');
  process.exitCode = 2;
} else {
  const handlers = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const comparison = compareGrants(handlers, allowedTypes, grantedActions(), leftOut);
  const lines = report(comparison);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (lines.some((line) => /^[A-Z]{3}/.test(line))) process.exitCode = 1;
}
