import { recordOf } from '../values/records.ts';
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
 * Places of the written template for a place of the expanded one: the same, or the resource that it is made of – its property of the same
 * name, or that of SAM's `Globals`. All that SAM and `guard` make of a resource is called by its logical id, and more; where several have
 * such a beginning, either may be it.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 * @returns none for what no resource of the template is made of (`ServerlessRestApi`)
 */
export function writtenAs(place: string, written: Template, guard: readonly string[] = []): WrittenPlace[] {
  const [, id, property] = /^Resources\.([^.]+)(?:\.Properties\.([^.]+))?/.exec(place) ?? [];
  if (id === undefined) return [{ place }];
  if (Object.hasOwn(written.Resources, id)) return [{ place: globally(id, property, written) ?? place }];
  return Object.entries(written.Resources)
    .filter(([name, { Type }]) => id.startsWith(name) && (Type.startsWith(SAM) || guard.includes(name)))
    .map(([name]) => name)
    .sort((one, other) => other.length - one.length)
    .slice(0, most)
    .map((name) => ({ place: origin(name, property, written), makes: id }));
}

const SAM = 'AWS::Serverless::';

function origin(id: string, property: string | undefined, written: Template): string {
  const whole = `Resources.${id}`;
  if (property === undefined) return whole;
  if (has(written.Resources[id]?.Properties, property)) return `${whole}.Properties.${property}`;
  return globally(id, property, written) ?? whole;
}

/** A property that a resource has of `Globals` alone: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html */
function globally(id: string, property: string | undefined, { Resources, Globals }: Template): string | undefined {
  const { Type = '', Properties } = Resources[id] ?? {};
  if (property === undefined || !Type.startsWith(SAM) || has(Properties, property)) return undefined;
  const section = Type.slice(SAM.length);
  return has(recordOf(Globals)[section], property) ? `Globals.${section}.${property}` : undefined;
}

function has(members: unknown, name: string): boolean {
  return Object.hasOwn(recordOf(members), name);
}
