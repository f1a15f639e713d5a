import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { getAtt, ref } from '../model/intrinsics.ts';
import { digest } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import { isFilled, isGiven, isMap, isText, type Fields } from '../model/values.ts';
import { basePaths, mutualTls, recordSets } from './record-sets.ts';

/** The custom domain of an HTTP API, with its mappings and record sets. @throws Problem */
export function httpDomain(id: string, domain: Fields, attributes: Fields, context: Context): readonly Made[] {
  const { DomainName, CertificateArn, EndpointConfiguration: endpoint = 'REGIONAL' } = domain;
  if (!isGiven(DomainName) || !isGiven(CertificateArn))
    throw resourceProblem(id, 'Custom Domains only works if both DomainName and CertificateArn are provided.');
  if (endpoint !== 'REGIONAL')
    throw resourceProblem(id, "EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
  const domainId = `ApiGatewayDomainNameV2${digest(DomainName)}`;
  const optional = ['OwnershipVerificationCertificateArn', 'SecurityPolicy'].filter((name) => isFilled(domain[name]));
  const named: Made = {
    id: domainId,
    type: 'AWS::ApiGatewayV2::DomainName',
    attributes,
    properties: {
      DomainName,
      DomainNameConfigurations: [
        {
          ...{ CertificateArn, EndpointType: endpoint },
          ...Object.fromEntries(optional.map((name) => [name, domain[name]])),
        },
      ],
      MutualTlsAuthentication: truststore(id, domain.MutualTlsAuthentication),
      Tags: { 'httpapi:createdBy': 'SAM' },
    },
  };
  const alias = () => ({
    HostedZoneId: getAtt(domainId, 'RegionalHostedZoneId'),
    DNSName: getAtt(domainId, 'RegionalDomainName'),
  });
  return [named, ...mappings(id, domain, domainId, attributes), ...recordSets(id, domain, alias, attributes, context)];
}

function truststore(id: string, given: unknown): Fields | undefined {
  const fields = "['TruststoreUri', 'TruststoreVersion']";
  if (!isFilled(given)) return undefined;
  if (!isMap(given))
    throw resourceProblem(
      id,
      `MutualTlsAuthentication must be a map with at least one of the following fields ${fields}.`,
    );
  return mutualTls(given, (unknown) =>
    resourceProblem(unknown.join(','), `Available MutualTlsAuthentication fields are ${fields}.`),
  );
}

function mappings(id: string, domain: Fields, domainId: string, attributes: Fields): readonly Made[] {
  const make = (path: string, ApiMappingKey: unknown): Made => ({
    id: `${id}${path}ApiMapping`,
    type: 'AWS::ApiGatewayV2::ApiMapping',
    attributes,
    properties: { DomainName: ref(domainId), ApiId: ref(id), Stage: ref(`${id}.Stage`), ApiMappingKey },
  });
  return (
    basePaths(domain)?.map((path) => {
      if (!isText(path)) throw resourceProblem(id, 'Basepath must be a string.');
      if (/[^0-9a-zA-Z/_-]/.test(path)) throw resourceProblem(id, 'Invalid Basepath name provided.');
      return make(path.replace(/[-_/]+/g, ''), path.replace(/^\/+|\/+$/g, ''));
    }) ?? [make('', undefined)]
  );
}
