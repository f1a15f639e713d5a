import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { digest } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import { requireMap, requireTruth } from '../model/shape.ts';
import { asList, isFilled, isGiven, mapOf, type Fields } from '../model/values.ts';

/** The record sets that lead a custom domain to an API; domains of one hosted zone share a group. @throws Problem */
export function recordSets(
  id: string,
  domain: Fields,
  alias: (route: Fields) => Fields,
  attributes: Fields,
  { recordSets: groups }: Context,
): readonly Made[] {
  if (!isGiven(domain.Route53)) return [];
  const route = requireMap(id, 'Domain.Route53', domain.Route53);
  const { HostedZoneId: zone, HostedZoneName: zoneName } = route;
  if (!isGiven(zone) && !isGiven(zoneName))
    throw resourceProblem(
      id,
      'HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.',
    );
  const records = recordsOf(domain.DomainName, route, alias(route));
  const named = isFilled(zone) ? zone : zoneName;
  const ofZone = {
    ...(isFilled(zone) ? { HostedZoneId: zone } : {}),
    ...(isFilled(zoneName) ? { HostedZoneName: zoneName } : {}),
  };
  if (isFilled(route.SeparateRecordSetGroup)) {
    requireTruth(id, 'Domain.Route53.SeparateRecordSetGroup', route.SeparateRecordSetGroup);
    return [
      group(`RecordSetGroup${digest([named, domain.DomainName])}`, attributes, { ...ofZone, RecordSets: records }),
    ];
  }
  const groupId = `RecordSetGroup${digest(named)}`;
  const before = groups.get(groupId);
  const known = before ?? { attributes, properties: { ...ofZone, RecordSets: [] } };
  const properties = mapOf(known.properties);
  const shared = { ...properties, RecordSets: [...asList(properties.RecordSets), ...records] };
  groups.set(groupId, { ...known, properties: shared });
  return [group(groupId, mapOf(known.attributes), shared)];
}

function group(id: string, attributes: Fields, properties: Fields): Made {
  return { id, type: 'AWS::Route53::RecordSetGroup', attributes, properties };
}

function recordsOf(
  name: unknown,
  { Region, SetIdentifier, IpV6, EvaluateTargetHealth }: Fields,
  target: Fields,
): Fields[] {
  const types = IpV6 === true ? ['A', 'AAAA'] : ['A'];
  return types.map((Type) => ({
    ...{ Name: name, Type },
    AliasTarget: { ...(isGiven(EvaluateTargetHealth) ? { EvaluateTargetHealth } : {}), ...target },
    ...(isGiven(Region) ? { Region } : {}),
    ...(isGiven(SetIdentifier) ? { SetIdentifier } : {}),
  }));
}

/** @param refuse what says which fields there are @throws Problem for what mutual TLS does not have */
export function mutualTls(given: Fields, refuse: (unknown: readonly string[]) => Error): Fields {
  const { TruststoreUri, TruststoreVersion, ...others } = given;
  if (isFilled(others)) throw refuse(Object.keys(others).sort());
  return {
    ...(isFilled(TruststoreUri) ? { TruststoreUri } : {}),
    ...(isFilled(TruststoreVersion) ? { TruststoreVersion } : {}),
  };
}

/** The base paths at which a domain has an API; undefined where it is the domain's only one. */
export function basePaths({ BasePath }: Fields): readonly unknown[] | undefined {
  return isFilled(BasePath) ? asList(BasePath) : undefined;
}
