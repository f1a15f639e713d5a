import { recordOf } from '../../values/records.ts';
import { digestOf } from '../../release/chain.ts';
import type { Publishing, VersionPair } from '../publishing.ts';
import type { Resource, Template } from '../template.ts';
import { propertyOf, withoutAttributes, withProperties } from '../template.ts';
import { beginningOf } from '../../values/text.ts';

/**
 * Lambda publishes a version only of a function that changed since the last one ("A version for this Lambda function exists"), and
 * whether a value changes is at times known only afterwards. Such a function gets a mark at the end of its description, which a
 * version holds. https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
const stampKey = 'sluice:version';
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const longestDescription = 256;

/** Logical id of a function → its mark. */
export type Stamps = ReadonlyMap<string, string>;

/** What undoes a mark. */
export interface Stamped {
  readonly logicalId: string;
  /** The description before; absent where there was none. */
  readonly description?: unknown;
}

/**
 * Which functions are marked: those whose version is published without certainty, by a new mark, and those whose live version has
 * one, by the same, so that no further version is published. A certain change lets go of the mark.
 */
export function chooseStamps(
  next: Template,
  live: Template,
  pairs: readonly VersionPair[],
  publishing: Publishing,
): Stamps {
  return new Map(
    Object.entries(next.Resources).flatMap(([logicalId, resource]): [string, string][] => {
      if (resource.Type !== 'AWS::Lambda::Function') return [];
      const before = stampOf(live.Resources[logicalId]);
      const pair = pairs.find(({ functionId }) => functionId === logicalId);
      const published = pair === undefined ? undefined : publishing[pair.versionId];
      if (published === 'certain') return [];
      if (published === undefined) return before === undefined ? [] : [[logicalId, before]];
      return [[logicalId, markOf(before, pair?.liveId, resource.Properties)]];
    }),
  );
}

/**
 * Marks of functions of which Lambda has a version already that is what they are: it would not publish another.
 * @param published number of that version, by the logical id of its function
 */
export function stampsOfPublished(template: Template, published: ReadonlyMap<string, string>): Stamps {
  const marked = [...published].map(([logicalId, version]): [string, string] => {
    const resource = template.Resources[logicalId];
    return [logicalId, markOf(stampOf(resource), version, resource?.Properties)];
  });
  return new Map(marked);
}

/** Marks functions. */
export function stampFunctions(
  template: Template,
  stamps: Stamps,
): { readonly template: Template; readonly stamped: readonly Stamped[] } {
  const stamped: Stamped[] = [];
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const stamp = stamps.get(logicalId);
    if (stamp === undefined) return [logicalId, resource];
    const description = propertyOf(resource, 'Description');
    stamped.push({ logicalId, ...(description === undefined ? {} : { description }) });
    const marked = withProperties(resource, { Description: describe(description, stamp) });
    return [logicalId, { ...marked, Metadata: { ...recordOf(resource['Metadata']), [stampKey]: stamp } }];
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, stamped };
}

/** Takes `stampFunctions` back. */
export function unstampFunctions(template: Template, stamped: readonly Stamped[]): Template {
  const before = new Map(stamped.map((one) => [one.logicalId, one.description]));
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] =>
    before.has(logicalId) ? [logicalId, unstamp(resource, before.get(logicalId))] : [logicalId, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** Another for whatever else it is of. */
function markOf(before: string | undefined, version: string | undefined, properties: unknown): string {
  return `sluice ${digestOf([before ?? '', version ?? '', properties ?? {}]).slice(0, 8)}`;
}

/** The mark of a function; undefined where it has none. */
function stampOf(resource: Resource | undefined): string | undefined {
  const { [stampKey]: stamp } = recordOf(resource?.['Metadata']);
  return typeof stamp === 'string' ? stamp : undefined;
}

function describe(description: unknown, stamp: string): unknown {
  const mark = `(${stamp})`;
  if (description === undefined || description === '') return mark;
  if (typeof description !== 'string') return { 'Fn::Join': [' ', [description, mark]] };
  return `${beginningOf(description, longestDescription - mark.length - 1)} ${mark}`;
}

function unstamp(resource: Resource, description: unknown): Resource {
  const described = withProperties(resource, { Description: description });
  const bare = Object.keys(described.Properties).length === 0;
  const { [stampKey]: stamp, ...rest } = recordOf(described['Metadata']);
  const gone = [
    ...(bare ? ['Properties'] : []),
    ...(stamp !== undefined && Object.keys(rest).length === 0 ? ['Metadata'] : []),
  ];
  const without = withoutAttributes(described, gone);
  return Object.keys(rest).length === 0 ? without : { ...without, Metadata: rest };
}
