import type { AliasState, TargetItem } from '../ledger/items.ts';
import { findAliases } from './aliases.ts';
import { freezeParameters, type ParameterValues } from './steps/freeze.ts';
import { propertyOf } from './template.ts';
import type { Template } from './template.ts';

type Guards = NonNullable<TargetItem['guards']>;
type Moves = NonNullable<TargetItem['moves']>;

/**
 * What each alias of the release's template names, to be resolved once the stack has published its versions.
 * @param values what the parameters are after the change: a number may be one of them
 */
export function guardsOf(next: Template, values: ParameterValues = new Map()): Guards {
  return findAliases(next).map(({ logicalId, versionId }) => {
    const named = freezeParameters(propertyOf(next.Resources[logicalId], 'FunctionVersion'), values);
    const number = typeof named === 'string' || typeof named === 'number' ? { number: String(named) } : {};
    return { alias: logicalId, ...(versionId === undefined ? number : { version: versionId }) };
  });
}

/**
 * The aliases that have to move, after the stack was changed.
 *
 * @param physicalIds of the stack's resources: of an alias and of a version it is an ARN that ends with name and number
 * @param live what each alias served before the change
 */
export function movesOf(guards: Guards, physicalIds: ReadonlyMap<string, string>, live: readonly AliasState[]): Moves {
  return guards.flatMap(({ alias, version, number }) => {
    const named = readAliasArn(physicalIds.get(alias) ?? '');
    const to = number ?? (version === undefined ? undefined : readVersionArn(physicalIds.get(version) ?? ''));
    if (named === undefined || to === undefined) return [];
    const from = live.find((known) => known.alias === alias)?.version;
    return from === to ? [] : [{ alias, ...named, ...(from === undefined ? {} : { from }), to }];
  });
}

/** An alias, and the version that it serves once the release is through. */
export interface Serving {
  readonly functionName: string;
  readonly aliasName: string;
  readonly version: string;
}

/**
 * What each alias is going to serve, where it names a version that stands for its function as the template describes it. Left out is
 * an alias that names a number, and a function whose aliases name several versions: they are meant to differ.
 */
export function expectedServing(guards: Guards, moves: Moves, live: readonly AliasState[]): Serving[] {
  const found = guards.flatMap(({ alias, version: names }) => {
    const move = moves.find((one) => one.alias === alias);
    const { functionName, aliasName, version } =
      move === undefined ? (live.find((one) => one.alias === alias) ?? {}) : { ...move, version: move.to };
    if (names === undefined || functionName === undefined || aliasName === undefined || version === undefined)
      return [];
    return [{ names, functionName, aliasName, version }];
  });
  const several = (functionName: string): boolean =>
    new Set(found.filter((one) => one.functionName === functionName).map(({ names }) => names)).size > 1;
  return found
    .filter(({ functionName }) => !several(functionName))
    .map(({ functionName, aliasName, version }) => ({ functionName, aliasName, version }));
}

/** Function and name of `arn:aws:lambda:<region>:<account>:function:<function>:<alias>`. */
export function readAliasArn(arn: string): { functionName: string; aliasName: string } | undefined {
  const match = /^arn:[^:]+:lambda:[^:]+:[^:]+:function:(?<functionName>[^:]+):(?<aliasName>[^:]+)$/.exec(arn)?.groups;
  const { functionName, aliasName } = match ?? {};
  return functionName === undefined || aliasName === undefined ? undefined : { functionName, aliasName };
}

/** Number of `arn:aws:lambda:<region>:<account>:function:<function>:<number>`. */
export function readVersionArn(arn: string): string | undefined {
  return /^arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+:(?<number>[0-9]+)$/.exec(arn)?.groups?.['number'];
}
