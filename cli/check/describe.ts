import type { TargetReadiness } from '../../core/release/readiness.ts';
import type { Obstacle, Report } from './check.ts';
import { describeLocation } from '../../core/values/location.ts';

/** The report as people read it: a line for each target, then everything that keeps the artifact from being released. */
export function describeReport(report: Report): string {
  const { targets, obstacles, remarks } = report.policy === 'trial' ? byEnvironment(report) : report;
  const environments = [...new Set(targets.map(({ environment }) => environment))];
  return [
    ...(report.policy === 'trial' && environments.length > 0 ? [withoutPolicy(environments)] : []),
    ...targets.map(report.policy === 'trial' ? describeEnvironment : describeTarget),
    ...(obstacles.length === 0 ? [] : ['', `${count(obstacles.length, 'obstacle')}:`]),
    ...obstacles.map((one) => describeObstacle(one, targets.length)),
    ...(remarks.length === 0 ? [] : ['', 'To know besides:']),
    ...remarks.map((one) => `- ${one}`),
  ].join('\n');
}

/** Accounts, stacks and boundaries are the policy's to say: without one, nothing is told of them. */
function byEnvironment({ targets, obstacles, remarks }: Report): Pick<Report, 'targets' | 'obstacles' | 'remarks'> {
  const nameOf = (label: string): string => label.replace(/ .*$/, '');
  return {
    targets: targets.filter(
      ({ environment }, index) => targets.findIndex((one) => one.environment === environment) === index,
    ),
    obstacles: obstacles.map((one) =>
      one.targets === undefined ? one : { ...one, targets: [...new Set(one.targets.map(nameOf))] },
    ),
    remarks,
  };
}

function withoutPolicy(environments: readonly string[]): string {
  const listed = environments.join(', then ');
  return `No policy is given: judged by the defaults of a new engine, for ${listed}. What your platform wants besides, or allows, is told with --policy.`;
}

function describeEnvironment({ environment, obstacles }: TargetReadiness): string {
  return `${environment}: ${obstacles === 0 ? 'ready' : count(obstacles, 'obstacle')}.`;
}

function describeTarget(target: TargetReadiness): string {
  const { environment, account, region, obstacles, stack, stackByPolicy } = target;
  const state = obstacles === 0 ? 'ready' : count(obstacles, 'obstacle');
  const named = `The stack is named ${stack} (${stackByPolicy ? 'policy' : 'default'}).`;
  return [`${environment} ${account}/${region}: ${state}.`, ...boundaryOf(target), named].join(' ');
}

function boundaryOf({ boundary, bounded }: TargetReadiness): string[] {
  if (boundary === undefined) return ['The policy wants no permissions boundary.'];
  return bounded === 0 ? [] : [`The boundary is added to ${count(bounded, 'role')}.`];
}

/** @param all how many targets there are: one of them all is not listed */
function describeObstacle({ code, message, places, path, who, targets = [] }: Obstacle, all: number): string {
  const only = targets.length === 0 || targets.length === all ? [] : [`  only in ${targets.join(', ')}`];
  const at = places.length === 0 ? path : places.map(describeLocation).join(', ');
  return [`- ${message} [${code}]`, `  ${at === '' ? '' : `at ${at}; `}to be mended by ${who}`, ...only].join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
