import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';
import { functionNames } from '../../core/contract/names.ts';
import { bundlesOf } from '../../infra/bundling/bundle.ts';
import { readSettings } from '../../infra/settings.ts';
import { addEngine, addStacks, createApp } from '../../infra/synthesize.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const template = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

export type Resource = z.infer<typeof resource>;
export type Template = z.infer<typeof template>;

interface Options {
  readonly engineOnly?: boolean;
  readonly outdir?: string;
  /** Whether the CDK's copy of CloudFormation's checks looks at the templates, which takes longer than to make them. */
  readonly validated?: boolean;
}

/**
 * Synthesizes all stacks with functions that do nothing: the templates are what is tested. Where there are many targets, the
 * stack of the engine may do alone: a target's knows nothing of the others.
 */
export function synthesize(
  context: Readonly<Record<string, unknown>> = {},
  { engineOnly = false, outdir, validated = false }: Options = {},
): CloudAssembly {
  const empty = mkdtempSync(path.join(tmpdir(), 'sluice-bundle-'));
  writeFileSync(path.join(empty, 'index.mjs'), 'export const handler = async () => ({});\n');
  const app = createApp({
    context,
    outdir: outdir ?? mkdtempSync(path.join(tmpdir(), 'sluice-assembly-')),
    builtinCloudFormationValidation: validated,
  });
  const add = engineOnly ? addEngine : addStacks;
  add(app, readSettings(app.node), bundlesOf(new Map(functionNames.map((name) => [name, empty]))));
  return app.synth();
}

export function templateOf(assembly: CloudAssembly, stack: string): Template {
  return template.parse(assembly.getStackByName(stack).template);
}

/** The resources of one type, by logical id. */
export function resourcesOf({ Resources }: Template, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** A policy file that gives one service this many targets, each in an account of its own. */
export function policyOfTargets(count: number, region = 'ap-southeast-2'): string {
  const targets = Array.from({ length: count }, (_, index) => ({
    account: String(200_000_000_000 + index),
    region,
  }));
  const waves = Array.from({ length: Math.ceil(count / 40) }, (_, wave) => ({
    targets: targets.slice(wave * 40, (wave + 1) * 40),
  }));
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-policy-')), 'policy.json');
  const document = { services: { orders: { environments: ['production'] } }, environments: { production: { waves } } };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** A policy file that has all that makes functions: that of the scenario with Slack, and an OpenID provider whose tokens the API takes. */
export function policyOfEveryFunction(): string {
  const slack = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync('local/scenarios/policies/slack.json', 'utf8')));
  const oidc = {
    ...{ issuer: 'https://login.example.com', clientId: 'sluice', secret: 'sluice/oidc' },
    api: { audience: 'https://sluice.example.com', scopes: { read: 'read', act: 'act' } },
  };
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-policy-')), 'policy.json');
  writeFileSync(file, JSON.stringify({ ...slack, oidc }));
  return file;
}
