import { problem, type Problem } from '../values/problems.ts';
import { listOf, recordOf } from '../values/records.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { propertyOf, type Resource, type Template } from './template.ts';

/**
 * Quotas that nobody raises and that a template shows:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

/** Sections, and how much each may have. */
const sections = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 } as const;
type Section = keyof typeof sections;

const longestName = 255;
const mostMappingAttributes = 200;
const descriptionBytes = 1024;
const parameterBytes = 4096;
const environmentBytes = 4096;
const mostLayers = 5;
const longestTimeout = 900;
/** On instances of one's own. https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const longestManagedTimeout = 5400;

/** Everything in which a template, or a value that the manifest gives it, is larger than CloudFormation and Lambda take. */
export function quotaProblems(template: Template, manifest: Manifest): Problem[] {
  const over = (what: string, places: readonly string[]): Problem =>
    problem('template.over-quota', manifest.template, `${what}.`, { places });
  return [
    ...sizeProblems(template, over),
    ...nameProblems(template, over),
    ...Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
      functionProblems(logicalId, resource).map(({ what, property }) =>
        over(what, [`Resources.${logicalId}.Properties.${property}`]),
      ),
    ),
    ...valueProblems(manifest),
  ];
}

type Over = (what: string, places: readonly string[]) => Problem;

function sizeProblems(template: Template, over: Over): Problem[] {
  const { Description: description, Mappings = {} } = template;
  const text = typeof description === 'string' ? description : '';
  return [
    ...sectionNames(template).flatMap(([section, names]) =>
      names.length <= sections[section]
        ? []
        : [
            over(
              `The template has ${names.length} ${section.toLowerCase()}, and CloudFormation takes ${sections[section]}: split it into two services`,
              [section],
            ),
          ],
    ),
    ...Object.entries(Mappings).flatMap(([name, mapping]) => {
      const { length } = Object.keys(recordOf(mapping));
      if (length <= mostMappingAttributes) return [];
      const what = `The mapping "${name}" has ${length} attributes, and CloudFormation takes ${mostMappingAttributes}: split it`;
      return [over(what, [`Mappings.${name}`])];
    }),
    ...(Buffer.byteLength(text) <= descriptionBytes
      ? []
      : [
          over(
            `The template's Description has ${Buffer.byteLength(text)} bytes, and CloudFormation takes ${descriptionBytes}: shorten it`,
            ['Description'],
          ),
        ]),
  ];
}

function sectionNames(template: Template): [Section, string[]][] {
  return (['Resources', 'Parameters', 'Outputs', 'Mappings'] as const).map((section) => [
    section,
    Object.keys(template[section] ?? {}),
  ]);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html */
function nameProblems(template: Template, over: Over): Problem[] {
  return sectionNames(template).flatMap(([section, names]) =>
    names
      .filter((name) => name.length > longestName)
      .map((name) =>
        over(
          `A name in ${section} has ${name.length} characters, and CloudFormation takes ${longestName}: shorten "${name.slice(0, 30)}…"`,
          [`${section}.${name}`],
        ),
      ),
  );
}

interface Excess {
  readonly property: string;
  readonly what: string;
}

function functionProblems(logicalId: string, resource: Resource): Excess[] {
  if (!/^AWS::(Lambda|Serverless)::Function$/.test(resource.Type)) return [];
  const about = `"${logicalId}" (${resource.Type})`;
  const size = environmentSize(propertyOf(resource, 'Environment'));
  const { length } = listOf(propertyOf(resource, 'Layers'));
  const timeout = Number(propertyOf(resource, 'Timeout'));
  const isManaged = propertyOf(resource, 'CapacityProviderConfig') !== undefined;
  const longest = isManaged ? longestManagedTimeout : longestTimeout;
  const found: (Excess & { readonly over: boolean })[] = [
    {
      property: 'Environment',
      over: size > environmentBytes,
      what: `${about} has environment variables of at least ${size} bytes, and Lambda takes ${environmentBytes}: let it read what is large from a parameter or a bucket`,
    },
    {
      property: 'Layers',
      over: length > mostLayers,
      what: `${about} has ${length} layers, and Lambda takes ${mostLayers}: put several into one`,
    },
    {
      property: 'Timeout',
      over: timeout > longest,
      what: `${about} has a timeout of ${timeout} seconds, and Lambda takes ${longest}: do the work in steps, such as by a state machine`,
    },
  ];
  return found.filter(({ over }) => over);
}

/** Of the names, and of the values as far as they are text: what is computed adds to it. */
function environmentSize(environment: unknown): number {
  const variables = Object.entries(recordOf(recordOf(environment)['Variables']));
  return variables.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + textSize(value), 0);
}

function textSize(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

function valueProblems({ parameters = {}, template }: Manifest): Problem[] {
  return Object.entries(parameters).flatMap(([environment, values]) =>
    Object.entries(values)
      .filter(([, value]) => Buffer.byteLength(value) > parameterBytes)
      .map(([name, value]) => {
        const path = `parameters.${environment}.${name}`;
        const sentence = `"${path}" has ${Buffer.byteLength(value)} bytes, and CloudFormation takes ${parameterBytes} for a parameter of "${template}": put it into the template, or into the Parameter Store.`;
        return problem('template.over-quota', path, sentence);
      }),
  );
}
