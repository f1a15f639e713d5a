import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { getAtt, ref } from '../model/intrinsics.ts';
import { digest } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import { requireMap, requireText } from '../model/shape.ts';
import { filled, isFilled, isGiven, isText, mapOf, type Fields } from '../model/values.ts';
import { basePaths, mutualTls, recordSets } from './record-sets.ts';

const ENDPOINTS = ['EDGE', 'REGIONAL', 'PRIVATE'];

/** The custom domain of a REST API, with its mappings and record sets. @throws Problem */
export function restDomain(id: string, domain: Fields, attributes: Fields, context: Context): readonly Made[] {
  for (const name of ['DomainName', 'CertificateArn'])
    if (!isGiven(domain[name])) throw resourceProblem(id, `Property 'Domain.${name}' is required.`);
  const endpoint = domain.EndpointConfiguration ?? 'REGIONAL';
  if (!isText(endpoint) || !ENDPOINTS.includes(endpoint))
    throw resourceProblem(
      id,
      "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].",
    );
  const isPrivate = endpoint === 'PRIVATE';
  const domainId = `ApiGatewayDomainName${isPrivate ? 'V2' : ''}${digest(domain.DomainName)}`;
  const named: Made = {
    id: domainId,
    type: isPrivate ? 'AWS::ApiGateway::DomainNameV2' : 'AWS::ApiGateway::DomainName',
    attributes,
    properties: {
      ...{ DomainName: domain.DomainName, ...certificate(endpoint, domain) },
      EndpointConfiguration: {
        Types: [endpoint],
        ...(isFilled(domain.IpAddressType) ? { IpAddressType: domain.IpAddressType } : {}),
      },
      MutualTlsAuthentication: isPrivate ? undefined : truststore(id, domain.MutualTlsAuthentication),
      ...optional(domain, isPrivate),
    },
  };
  const alias = (route: Fields) => aliasTarget(endpoint, domainId, route);
  return [
    named,
    ...mappings(id, domain, domainId, isPrivate, attributes),
    ...(isPrivate ? access(domain, domainId, attributes) : []),
    ...recordSets(id, domain, alias, attributes, context),
  ];
}

function truststore(id: string, given: unknown): Fields | undefined {
  if (!isFilled(given)) return undefined;
  const fields = "['TruststoreUri', 'TruststoreVersion']";
  return mutualTls(requireMap(id, 'Domain.MutualTlsAuthentication', given), () =>
    resourceProblem(id, `Available Domain.MutualTlsAuthentication fields are ${fields}.`),
  );
}

function certificate(endpoint: string, { CertificateArn }: Fields): Fields {
  return endpoint === 'REGIONAL' ? { RegionalCertificateArn: CertificateArn } : { CertificateArn };
}

function optional(domain: Fields, isPrivate: boolean): Fields {
  const names = ['SecurityPolicy', 'EndpointAccessMode', isPrivate ? 'Policy' : 'OwnershipVerificationCertificateArn'];
  return Object.fromEntries(names.map((name) => [name, filled(domain[name])]));
}

function mappings(
  id: string,
  domain: Fields,
  domainId: string,
  isPrivate: boolean,
  attributes: Fields,
): readonly Made[] {
  const make = (path: string, BasePath: unknown): Made => ({
    id: `${id}${path}BasePathMapping`,
    type: isPrivate ? 'AWS::ApiGateway::BasePathMappingV2' : 'AWS::ApiGateway::BasePathMapping',
    attributes,
    properties: {
      [isPrivate ? 'DomainNameArn' : 'DomainName']: ref(domainId),
      RestApiId: ref(id),
      Stage: ref(`${id}.Stage`),
      BasePath,
    },
  });
  const paths = basePaths(domain);
  if (paths === undefined) return [make('', undefined)];
  return paths.map((one, index) => {
    const path = requireText(id, `Domain.BasePath[${index}]`, one);
    const plain = path.replace(/[^\p{L}\p{N}]/gu, '');
    return make(plain, isFilled(domain.NormalizeBasePath ?? true) ? plain : path);
  });
}

/** By which VPC endpoint a private domain is reached. */
function access({ AccessAssociation }: Fields, domainId: string, attributes: Fields): readonly Made[] {
  if (!isGiven(AccessAssociation)) return [];
  const { VpcEndpointId } = mapOf(AccessAssociation);
  return [
    {
      id: `DomainNameAccessAssociation${digest([VpcEndpointId ?? null, domainId])}`,
      type: 'AWS::ApiGateway::DomainNameAccessAssociation',
      attributes,
      properties: {
        DomainNameArn: ref(domainId),
        AccessAssociationSourceType: 'VPCE',
        AccessAssociationSource: VpcEndpointId,
      },
    },
  ];
}

function aliasTarget(endpoint: string, domainId: string, route: Fields): Fields {
  if (endpoint === 'REGIONAL')
    return {
      HostedZoneId: getAtt(domainId, 'RegionalHostedZoneId'),
      DNSName: getAtt(domainId, 'RegionalDomainName'),
    };
  // CloudFront's own hosted zone, the same for everybody.
  if (endpoint === 'EDGE')
    return {
      HostedZoneId: 'Z2FDTNDATAQYW2',
      DNSName: route.DistributionDomainName ?? getAtt(domainId, 'DistributionDomainName'),
    };
  return { HostedZoneId: route.VpcEndpointHostedZoneId, DNSName: route.VpcEndpointDomainName };
}
