/**
 * How AWS writes the ids and addresses of types that people refer to most, from the examples of their pages in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/. `{hex:17}`, `{lower:26}`, `{upper:13}` and `{digits:6}` are as
 * many random characters, `{uuid}` is one, `{region}` and `{account}` where it is; every other name is the value of that property or
 * attribute.
 */
type Shapes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** By type: values of attributes. */
export const attributeShapes: Shapes = {
  'AWS::AppSync::GraphQLApi': {
    GraphQLDns: '{lower:26}.appsync-api.{region}.amazonaws.com',
    GraphQLUrl: 'https://{GraphQLDns}/graphql',
    RealtimeDns: '{lower:26}.appsync-realtime-api.{region}.amazonaws.com',
    RealtimeUrl: 'wss://{RealtimeDns}/graphql',
  },
  'AWS::AppSync::ApiKey': { ApiKey: '{ApiKeyId}' },
  'AWS::CloudFront::Distribution': { DomainName: 'd{lower:13}.cloudfront.net' },
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': { S3CanonicalUserId: '{hex:96}' },
  'AWS::Cognito::UserPool': {
    ProviderName: 'cognito-idp.{region}.amazonaws.com/{UserPoolId}',
    ProviderURL: 'https://cognito-idp.{region}.amazonaws.com/{UserPoolId}',
  },
  'AWS::Cognito::UserPoolClient': { ClientSecret: '{lower:51}' },
  'AWS::Cognito::UserPoolDomain': { CloudFrontDistribution: 'd{lower:13}.cloudfront.net' },
  'AWS::EC2::EIP': { PublicIp: '203.0.113.{octet}' },
  'AWS::EC2::SecurityGroup': { VpcId: 'vpc-{hex:17}' },
  'AWS::EC2::Subnet': { VpcId: 'vpc-{hex:17}', AvailabilityZone: '{region}a', AvailabilityZoneId: 'use1-az1' },
  'AWS::EC2::VPC': { DefaultNetworkAcl: 'acl-{hex:17}', DefaultSecurityGroup: 'sg-{hex:17}' },
  'AWS::EC2::VPCEndpoint': { DnsEntries: 'Z{upper:13}:{Id}-{lower:8}.vpce.{region}.vpce.amazonaws.com' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    LoadBalancerFullName: 'app/{LoadBalancerName}/{hex:16}',
    LoadBalancerArn: 'arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerFullName}',
    DNSName: '{LoadBalancerName}-{digits:10}.{region}.elb.amazonaws.com',
  },
  'AWS::Events::ApiDestination': {
    Arn: '{ArnForPolicy}/{uuid}',
    ArnForPolicy: 'arn:aws:events:{region}:{account}:api-destination/{Name}',
  },
  'AWS::Events::Connection': {
    Arn: '{ArnForPolicy}/{uuid}',
    ArnForPolicy: 'arn:aws:events:{region}:{account}:connection/{Name}',
    SecretArn: 'arn:aws:secretsmanager:{region}:{account}:secret:events!connection/{Name}/{uuid}-{mixed:6}',
  },
  'AWS::OpenSearchService::Domain': { DomainEndpoint: 'search-{DomainName}-{lower:26}.{region}.es.amazonaws.com' },
  'AWS::RDS::DBCluster': {
    'Endpoint.Address': '{DBClusterIdentifier}.cluster-{lower:12}.{region}.rds.amazonaws.com',
    'ReadEndpoint.Address': '{DBClusterIdentifier}.cluster-ro-{lower:12}.{region}.rds.amazonaws.com',
  },
  'AWS::RDS::DBInstance': { 'Endpoint.Address': '{DBInstanceIdentifier}.{lower:12}.{region}.rds.amazonaws.com' },
};

/** By type, or by the service of one: the id that AWS gives. Every other is a UUID. */
export const idShapes: Readonly<Record<string, string>> = {
  'AWS::ApiGateway': '{lower:10}',
  'AWS::ApiGatewayV2': '{lower:7}',
  'AWS::AppSync': '{lower:26}',
  'AWS::AppSync::ApiKey': 'da2-{lower:26}',
  'AWS::CloudFront': '{uuid}',
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': 'E{upper:13}',
  'AWS::CloudFront::Distribution': 'E{upper:13}',
  'AWS::CloudFront::OriginAccessControl': 'E{upper:13}',
  'AWS::CloudFront::PublicKey': 'K{upper:13}',
  'AWS::Cognito::IdentityPool': '{region}:{uuid}',
  'AWS::Cognito::UserPool': '{region}_{mixed:9}',
  'AWS::Cognito::UserPoolClient': '{lower:26}',
  'AWS::EC2::EIP': 'eipalloc-{hex:17}',
  'AWS::EC2::Instance': 'i-{hex:17}',
  'AWS::EC2::InternetGateway': 'igw-{hex:17}',
  'AWS::EC2::LaunchTemplate': 'lt-{hex:17}',
  'AWS::EC2::NatGateway': 'nat-{hex:17}',
  'AWS::EC2::NetworkAcl': 'acl-{hex:17}',
  'AWS::EC2::NetworkInterface': 'eni-{hex:17}',
  'AWS::EC2::RouteTable': 'rtb-{hex:17}',
  'AWS::EC2::SecurityGroup': 'sg-{hex:17}',
  'AWS::EC2::SecurityGroupEgress': 'sgr-{hex:17}',
  'AWS::EC2::SecurityGroupIngress': 'sgr-{hex:17}',
  'AWS::EC2::Subnet': 'subnet-{hex:17}',
  'AWS::EC2::SubnetRouteTableAssociation': 'rtbassoc-{hex:17}',
  'AWS::EC2::Volume': 'vol-{hex:17}',
  'AWS::EC2::VPC': 'vpc-{hex:17}',
  'AWS::EC2::VPCEndpoint': 'vpce-{hex:17}',
  'AWS::EFS::AccessPoint': 'fsap-{hex:17}',
  'AWS::EFS::FileSystem': 'fs-{hex:17}',
  'AWS::EFS::MountTarget': 'fsmt-{hex:17}',
  'AWS::Route53::HostedZone': 'Z{upper:20}',
};

/** Names that are shorter than others, or in small letters. */
export const nameLimits: Readonly<Record<string, { readonly longest: number; readonly lower?: true }>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { longest: 32 },
  'AWS::ElasticLoadBalancingV2::TargetGroup': { longest: 32 },
  'AWS::OpenSearchService::Domain': { longest: 28, lower: true },
  'AWS::RDS::DBCluster': { longest: 63, lower: true },
  'AWS::RDS::DBInstance': { longest: 63, lower: true },
};
