import { canonicalJson } from '../../release/chain.ts';
import { recordOf } from '../../values/records.ts';
import { functionMeant } from '../function-reference.ts';
import { renameResources } from '../steps/rename.ts';
import { propertyOf, refName, type Resource, type Template, withProperties } from '../template.ts';
import { findReferences } from '../references.ts';
import { findUnguarded } from '../ways-in/around.ts';
import { findWaysIn, type WayIn } from '../ways-in/find.ts';
import { heldTexts } from '../ways-in/held.ts';
import { waysIn } from '../ways-in/table.ts';
import { letCallAlias, shutsOut } from './callers.ts';
import { mapAt } from './map-at.ts';
import { type Led, rewire } from './rewire.ts';

/** A template whose ways in lead to aliases, or sentences that say why they do not. */
interface Leading {
  readonly template: Template;
  /** Functions to which something led around the alias. */
  readonly changed: readonly string[];
  readonly problems: readonly string[];
}

/** Leads every way in to these functions to their aliases, with the permissions that go with it. */
export function leadToAlias(template: Template, leads: readonly Led[]): Leading {
  const ways = findWaysIn(template).filter(({ leads: to, nature }) => to === 'function' && nature === undefined);
  const rewired = leads.reduce((next, led) => leadOne(next, led, ways), template);
  const again = deployAgain(rewired, template);
  const ordered = leads.reduce(waitForAlias, again);
  const problems = leads.flatMap((led) => leftAround(ordered, led));
  const changed = leads.filter(({ functionId }) => ways.some((way) => way.functionId === functionId));
  return { template: ordered, changed: changed.map(({ functionId }) => functionId), problems };
}

function leadOne(template: Template, led: Led, ways: readonly WayIn[]): Template {
  const ids = new Set(ways.filter(({ functionId }) => functionId === led.functionId).map(({ logicalId }) => logicalId));
  const resources = Object.entries(template.Resources).map(([id, resource]): [string, Resource] => {
    const own = ids.has(id) ? leadResource(resource, led) : resource;
    return [id, letCallAlias(invokedByAlias(own, led, template), led)];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function leadResource(resource: Resource, led: Led): Resource {
  const kinds = waysIn.filter(({ type, nature }) => type === resource.Type && nature === undefined);
  const properties = kinds
    .flatMap(({ holds }) => holds)
    .reduce<unknown>((value, path) => mapAt(value, path.split('.'), (part) => rewire(part, led)), resource.Properties);
  const led1 = withProperties({ ...resource, Properties: {} }, recordOf(properties));
  // The alias's ARN has its name already.
  return resource.Type === 'AWS::Lambda::Url' ? withProperties(led1, { Qualifier: undefined }) : led1;
}

/** What is configured for asynchronous invocations of the function has to hold for those of its alias. */
function invokedByAlias(resource: Resource, { functionId, aliasName }: Led, template: Template): Resource {
  const isOwn =
    resource.Type === 'AWS::Lambda::EventInvokeConfig' &&
    functionMeant(template, propertyOf(resource, 'FunctionName')) === functionId;
  return isOwn && propertyOf(resource, 'Qualifier') === '$LATEST'
    ? withProperties(resource, { Qualifier: aliasName })
    : resource;
}

/** A deployment of an API is what its methods were when it was made: where they lead elsewhere now, there has to be another. */
function deployAgain(template: Template, before: Template): Template {
  const changed = new Set(
    Object.entries(template.Resources).flatMap(([id, resource]) => {
      const old = before.Resources[id];
      if (old === undefined || canonicalJson(old) === canonicalJson(resource)) return [];
      const api = apiOf(id, resource);
      return api === undefined ? [] : [api];
    }),
  );
  const anew = Object.entries(template.Resources).flatMap(([id, resource]): [string, string][] => {
    const { Type } = resource;
    if (Type !== 'AWS::ApiGateway::Deployment' && Type !== 'AWS::ApiGatewayV2::Deployment') return [];
    const api = refName(propertyOf(resource, Type === 'AWS::ApiGateway::Deployment' ? 'RestApiId' : 'ApiId'));
    return api !== undefined && changed.has(api) && !id.endsWith(GUARDED) ? [[id, `${id}${GUARDED}`]] : [];
  });
  return renameResources(template, new Map(anew));
}

const GUARDED = 'Guarded';

function apiOf(id: string, resource: Resource): string | undefined {
  switch (resource.Type) {
    case 'AWS::ApiGateway::RestApi':
    case 'AWS::ApiGatewayV2::Api':
      return id;
    case 'AWS::ApiGateway::Method':
    case 'AWS::ApiGateway::Authorizer':
      return refName(propertyOf(resource, 'RestApiId'));
    case 'AWS::ApiGatewayV2::Integration':
    case 'AWS::ApiGatewayV2::Authorizer':
      return refName(propertyOf(resource, 'ApiId'));
    default:
      return undefined;
  }
}

/** What names the alias by its name alone waits for it. */
function waitForAlias(template: Template, led: Led): Template {
  const { aliasId } = led;
  if (template.Resources[aliasId] === undefined) return template;
  const named = new Set(
    findWaysIn(template)
      .filter(
        ({ alias, logicalId }) => alias === aliasId && template.Resources[logicalId]?.Type !== 'AWS::Lambda::Alias',
      )
      .map(({ logicalId }) => logicalId),
  );
  const resources = Object.entries(template.Resources).map(([id, resource]): [string, Resource] => {
    const byName = named.has(id) || isInvokedByName(template, resource, led);
    const refers = findReferences(resource).parametersAndResources.has(aliasId);
    return [id, byName && !refers ? { ...resource, DependsOn: [...dependenciesOf(resource), aliasId] } : resource];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function isInvokedByName(template: Template, resource: Resource, { functionId, aliasName }: Led): boolean {
  return (
    resource.Type === 'AWS::Lambda::EventInvokeConfig' &&
    propertyOf(resource, 'Qualifier') === aliasName &&
    functionMeant(template, propertyOf(resource, 'FunctionName')) === functionId
  );
}

function dependenciesOf({ DependsOn }: Resource): unknown[] {
  if (DependsOn === undefined) return [];
  return Array.isArray(DependsOn) ? DependsOn : [DependsOn];
}

/** Ways in that could not be led to the alias are named, and nothing is guessed. */
function leftAround(template: Template, led: Led): string[] {
  const { functionId, aliasId } = led;
  const { around } = findUnguarded(template);
  const ways = around.filter((way) => way.functionId === functionId && !way.likely);
  const shut = Object.entries(template.Resources).filter(([, resource]) => shutsOut(resource, led));
  const reference = `⟦${aliasId}⟧`;
  const broken = Object.entries(template.Resources).filter(([, resource]) =>
    waysIn
      .filter(({ type, nature }) => type === resource.Type && nature === undefined)
      .flatMap(({ holds }) => holds.flatMap((path) => heldTexts(resource, path)))
      .some(({ text }) => text.includes(`:function:${reference}`) || text.includes(`${reference}:`)),
  );
  return [
    ...ways.map(
      ({ sentence }) => `${functionId} cannot be guarded: ${sentence} Name the function there by Ref or Fn::GetAtt.`,
    ),
    ...shut.map(
      ([id, { Type }]) =>
        `${functionId} cannot be guarded: a policy of ${id} (${Type}) lets it be called, and how it names it cannot be read. Name it by Fn::GetAtt, or with ":*" behind its ARN.`,
    ),
    ...broken.map(
      ([id, { Type }]) =>
        `${functionId} cannot be guarded: ${id} (${Type}) puts its ARN together with a version or another name. Refer to it by Ref or Fn::GetAtt alone.`,
    ),
  ];
}
