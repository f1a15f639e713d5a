import type { Template } from './template.ts';

/** A place of a template as its team wrote it. */
export interface WrittenPlace {
  readonly place: string;
  /** The logical id of what is made of it, which the team's template does not have. */
  readonly makes?: string;
}

/** More resources whose names begin as that of what is made would tell nobody more. */
const most = 3;

/**
 * Places of the written template for a place of the expanded one: the same, or the resource that it is made of. All that SAM and `guard`
 * make of a resource is called by its logical id, and more; where several have such a beginning, either may be it.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 * @returns none for what no resource of the template is made of (`ServerlessRestApi`)
 */
export function writtenAs(place: string, written: Template, guard: readonly string[] = []): WrittenPlace[] {
  const [, id] = /^Resources\.([^.]+)/.exec(place) ?? [];
  if (id === undefined || Object.hasOwn(written.Resources, id)) return [{ place }];
  return Object.entries(written.Resources)
    .filter(([name, { Type }]) => id.startsWith(name) && (Type.startsWith('AWS::Serverless::') || guard.includes(name)))
    .map(([name]) => name)
    .sort((one, other) => other.length - one.length)
    .slice(0, most)
    .map((name) => ({ place: `Resources.${name}`, makes: id }));
}
