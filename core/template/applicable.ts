import type { TargetItem } from '../ledger/items.ts';
import type { AppliedTemplate } from './steps/chain.ts';
import type { Template } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;
const mostParameters = 200;
const mostBytes = 1024 * 1024;

/** A template to apply, as far as it is judged. */
interface Application extends Pick<AppliedTemplate, 'template' | 'named' | 'pinned'> {
  readonly resources: readonly unknown[];
  /** What each alias names. */
  readonly guards: NonNullable<TargetItem['guards']>;
}

/**
 * Why a release cannot be applied although its own template may be good: what the live version needs has to stay beside it, and users
 * have to be moved. What CloudFormation alone would say of it does not tell why.
 * @returns sentences
 */
export function obstacles(application: Application): string[] {
  return [...sharedNames(application.template), ...limits(application), ...unreadableAliases(application)];
}

/** A name is a resource's or a parameter's: the live template has it as the one, the release's as the other. */
function sharedNames({ Resources, Parameters = {} }: Template): string[] {
  return Object.keys(Parameters)
    .filter((name) => Resources[name] !== undefined)
    .map(
      (name) =>
        `${name} is a parameter in one of the live template and the release's, and a resource in the other. Both have to be there until the release has proven itself, and CloudFormation allows one of a name: give the parameter another name.`,
    );
}

function limits({ template, named, resources }: Application): string[] {
  if (resources.length === 0) return [];
  const measured: (readonly [string, number, (of: Template) => number])[] = [
    ['resources', mostResources, ({ Resources }) => Object.keys(Resources).length],
    ['parameters', mostParameters, ({ Parameters = {} }) => Object.keys(Parameters).length],
    ['bytes of template', mostBytes, (of) => Buffer.byteLength(JSON.stringify(of))],
  ];
  return measured
    .filter(([, most, count]) => count(template) > most && count(named) <= most)
    .map(
      ([what, most, count]) =>
        `The stack would have ${count(template)} ${what} until the release has proven itself, because ${resources.length} resources of the live version stay until then; CloudFormation allows ${most}. Release it in steps: what is added first, and what is dropped afterwards.`,
    );
}

/** An alias that is held has to be moved, so it has to be known where to. */
function unreadableAliases({ pinned, guards }: Application): string[] {
  return guards
    .filter(({ alias, version, number }) => pinned.includes(alias) && version === undefined && number === undefined)
    .map(
      ({ alias }) =>
        `It cannot be told which version the alias ${alias} is to serve, so its users could not be moved by rollout: let its FunctionVersion be the attribute Version of an AWS::Lambda::Version, a number, or a parameter.`,
    );
}
