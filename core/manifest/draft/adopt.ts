import { entryLabel } from '../../contract/names.ts';
import { namesAfterStack } from '../../policy/stack-names.ts';
import { summarizeAdoption } from '../../template/adoption.ts';
import { findCut, type Granted } from '../../template/boundary-cut.ts';
import { kindProblems } from '../../template/kind-problems.ts';
import {
  describeUnbounded,
  findUnbounded,
  type LiveIdentity,
  type UnboundedIdentity,
} from '../../template/live-boundary.ts';
import { declaredParameters } from '../../template/parameters.ts';
import { templateProblems } from '../../template/rules.ts';
import { type Template } from '../../template/template.ts';
import { listFew } from '../../template/ways-in/around.ts';
import { nameTarget, type Target } from '../../values/identifiers.ts';
import type { Manifest } from '../manifest.ts';
import { draftManifest } from './draft.ts';
import { describeFound } from './found.ts';

/** A stack that somebody else made, as AWS shows it. */
export interface RunningStack extends Target {
  readonly name: string;
  readonly status: string;
  /** As CloudFormation shows them: hidden ones are asterisks. */
  readonly parameters: Readonly<Record<string, string>>;
  /** With its transforms expanded. */
  readonly processed: Template;
  /** As it was written, where that can be read. */
  readonly written: Template;
  readonly resources: readonly { readonly logicalId: string; readonly physicalId: string; readonly type: string }[];
  /** Its roles and users, with what they may do. */
  readonly identities: readonly (LiveIdentity & { readonly grants: Granted })[];
}

/** As whom, and under what, the stack is taken over. */
export interface AdoptionWish {
  readonly service: string;
  readonly environment: string;
  readonly source: Manifest['source'];
  /** The permissions boundary of the target, and its document; undefined where it is not there, or may not be read. */
  readonly boundary: { readonly arn: string; readonly document: unknown };
}

/** What a person reads before a stack is taken over. */
export interface AdoptionDraft {
  readonly found: string;
  /** What would keep its first release out. */
  readonly obstacles: readonly string[];
  /** What its first release would change, besides what the release itself brings. */
  readonly changes: readonly string[];
  readonly notes: readonly string[];
  readonly manifest: Manifest;
  /** Members of `services` and `environments` of the policy. */
  readonly policy: {
    readonly services: Readonly<Record<string, object>>;
    readonly environments: Readonly<Record<string, object>>;
  };
}

/** Says what it takes to release a stack that is there already, and drafts its manifest and its entry of the policy. Nothing is changed. */
export function draftAdoption(stack: RunningStack, wish: AdoptionWish): AdoptionDraft {
  const { service, environment, source } = wish;
  const values = shownValues(stack);
  const { manifest, notes } = draftManifest({
    ...{ service, version: '0.1.0', source, template: stack.written, templateFile: 'template.yaml' },
    ...(Object.keys(values).length === 0 ? {} : { parameters: { [environment]: values } }),
  });
  const unbounded = findUnbounded(stack.processed, stack.identities, wish.boundary.arn);
  const names = ownNames(stack);
  const targets = [{ account: stack.account, region: stack.region }];
  return {
    found: `${stack.name} in ${nameTarget(stack)} (${stack.status}). ${describeFound(isSam(stack.written) ? 'SAM' : 'CloudFormation', stack.written)}`,
    obstacles: [
      ...restObstacles(stack),
      ...stuckObstacles(stack, unbounded, wish),
      ...ruleObstacles(stack, manifest),
      ...nameObstacles(names),
    ],
    changes: [
      ...boundaryChanges(stack, unbounded, wish),
      `The stack, and what is in it, gets the tags sluice:…, among them sluice:entry ${entryLabel(service)}.`,
    ],
    notes,
    manifest,
    policy: {
      services: {
        [service]: {
          environments: [environment],
          stack: stackPattern(stack.name, service, environment),
          ...(names.length === 0 ? {} : { names: names.slice(0, MOST_NAMES) }),
        },
      },
      environments: { [environment]: { waves: [{ targets }] } },
    },
  };
}

function isSam({ Transform: transform }: Template): boolean {
  return JSON.stringify(transform ?? '').includes('AWS::Serverless-');
}

/** What the stack has, where that is not the template's default. Hidden values stay as they are. */
function shownValues({ parameters, written }: RunningStack): Record<string, string> {
  const shown = [...declaredParameters(written)].flatMap(([name, { standard, hidden }]): [string, string][] => {
    const value = parameters[name];
    return value === undefined || hidden || value === standard ? [] : [[name, value]];
  });
  return Object.fromEntries(shown);
}

function restObstacles({ name, status }: RunningStack): string[] {
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$/.test(status)) return [];
  return [`The stack ${name} is ${status}: bring it to rest first (CREATE_COMPLETE, UPDATE_COMPLETE).`];
}

function stuckObstacles(
  stack: RunningStack,
  unbounded: readonly UnboundedIdentity[],
  { boundary }: AdoptionWish,
): string[] {
  const stuck = unbounded.filter(({ adoptable }) => !adoptable);
  return stuck.length === 0 ? [] : [describeUnbounded(stuck, stack, boundary.arn)];
}

/** The engine's own rules, of what the template shows without its code. */
function ruleObstacles(running: RunningStack, manifest: Manifest): string[] {
  const { written, name, account, region, parameters } = running;
  const stack = { account, region, stackName: name, template: written, parameters };
  return [...templateProblems(written, manifest, []), ...kindProblems([stack], manifest.template)].map(
    ({ message }) => message,
  );
}

function boundaryChanges(
  { identities }: RunningStack,
  unbounded: readonly UnboundedIdentity[],
  { boundary: { arn, document } }: AdoptionWish,
): string[] {
  const adoptable = unbounded.filter((one) => one.adoptable);
  if (adoptable.length === 0) return [];
  const grants = new Map(identities.map((one) => [one.logicalId, one.grants]));
  const adopted = adoptable.map(({ logicalId, type, name }) => {
    const granted = grants.get(logicalId);
    const cut = document === undefined || granted === undefined ? [] : findCut(granted, document);
    return { logicalId, type, name, cut };
  });
  const { boundary = '', warnings } = summarizeAdoption({ identities: adopted, arn, guarded: [] });
  if (document === undefined)
    return [
      boundary,
      `What it takes from ${listFew(adopted.map(({ logicalId }) => logicalId))} is not known: ${arn} is not there, or may not be read. Have the platform team deploy the policy entry below, and look again.`,
    ];
  return [
    boundary,
    ...(warnings.length === 0 ? ['It takes nothing from them.'] : warnings.map(({ sentence }) => sentence)),
  ];
}

/** What a team calls its resources by itself. */
const NAME =
  /^(FunctionName|TableName|QueueName|TopicName|BucketName|RoleName|UserName|StateMachineName|(Delivery)?StreamName|Name)$/;
/** Has an id, whatever it is called. */
const UNNAMED = /^AWS::(ApiGateway|AppSync|CloudFront|Cognito|EC2|Lambda::Alias|SSM|SecretsManager)/;

/** Names that do not begin as CloudFormation's do: the policy has to name them. */
function ownNames({ name, processed, resources }: RunningStack): string[] {
  const own = resources.flatMap(({ logicalId, physicalId, type }) => {
    const properties = Object.keys(processed.Resources[logicalId]?.Properties ?? {});
    if (UNNAMED.test(type) || !properties.some((one) => NAME.test(one))) return [];
    const called = physicalId.replace(/^.*[/:|]/, '');
    return namesAfterStack(name).some((pattern) => fits(pattern, called)) ? [] : [called];
  });
  return [...new Set(own)];
}

function fits(pattern: string, name: string): boolean {
  // A stack's name is letters, digits and "-".
  return new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`).test(name);
}

const MOST_NAMES = 8;

function nameObstacles(names: readonly string[]): string[] {
  if (names.length <= MOST_NAMES) return [];
  return [
    `${names.length} resources have names of their own (${listFew(names)}), and "names" of a policy entry takes ${MOST_NAMES}: write patterns there such as "orders-*", or leave names to CloudFormation.`,
  ];
}

/** `orders-prod` in `prod` is `{service}-{environment}`. */
function stackPattern(name: string, service: string, environment: string): string {
  return name
    .replace(new RegExp(`(^|-)${service}(?=-|$)`), '$1{service}')
    .replace(new RegExp(`(^|-)${environment}(?=-|$)`), '$1{environment}');
}
