import { DocumentProblem, notExpanded, resourceProblem } from './model/errors.ts';
import { isIntrinsic } from './model/intrinsics.ts';
import { isFilled, isList, isMap, isText, mapOf, type Fields } from './model/values.ts';

const PREFIX = 'AWS::Serverless::';

/** What may stand in `Globals`. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  Function:
    words(`Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags PropagateTags
    Tracing KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers DeploymentPreference RolePath PermissionsBoundary
    ReservedConcurrentExecutions ProvisionedConcurrencyConfig AssumeRolePolicyDocument EventInvokeConfig FileSystemConfigs
    CodeSigningConfigArn Architectures SnapStart EphemeralStorage FunctionUrlConfig RuntimeManagementConfig LoggingConfig
    RecursiveLoop SourceKMSKeyArn TenancyConfig DurableConfig CapacityProviderConfig FunctionScalingConfig
    PublishToLatestPublished VersionDeletionPolicy`),
  Api: words(`Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables EndpointConfiguration
    MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting TracingEnabled
    OpenApiVersion Domain AlwaysDeploy PropagateTags SecurityPolicy EndpointAccessMode`),
  HttpApi: words(`Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain RouteSettings
    FailOnWarnings PropagateTags`),
  SimpleTable: words('SSESpecification'),
  StateMachine: words('PropagateTags'),
  LayerVersion: words('PublishLambdaVersion'),
};
/** Sections that SAM has and this transform has not. */
const ELSEWHERE = ['CapacityProvider', 'WebSocketApi'];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Gives each SAM resource what `Globals` says of its type. @throws DocumentProblem, Problem */
export function mergeGlobals(template: Fields, resources: Fields): void {
  if (!('Globals' in template)) return;
  const sections = readSections(template.Globals);
  for (const [id, resource] of Object.entries(resources)) {
    if (!isMap(resource) || !isText(resource.Type)) continue;
    const section = sections.get(resource.Type);
    if (section === undefined) continue;
    const properties = mapOf(resource.Properties);
    resource.Properties = merge(withoutIgnored(id, resource.IgnoreGlobals, section), properties);
  }
}

function readSections(globals: unknown): ReadonlyMap<string, Fields> {
  if (!isMap(globals)) throw invalid('It must be a non-empty dictionary');
  return new Map(
    Object.entries(globals).map(([name, properties]) => {
      const supported = SUPPORTED[name];
      if (ELSEWHERE.includes(name)) throw invalid(notExpanded(`${PREFIX}${name}`));
      if (supported === undefined) throw invalid(unsupported(name, [...Object.keys(SUPPORTED), ...ELSEWHERE].sort()));
      if (!isMap(properties)) throw invalid('Value of ${section} must be a dictionary');
      const unknown = Object.keys(properties).find((key) => !supported.includes(key));
      if (unknown !== undefined)
        throw invalid(
          `'${unknown}' is not a supported property of '${name}'. Must be one of the following values - ${listed(supported)}`,
        );
      return [`${PREFIX}${name}`, properties];
    }),
  );
}

function unsupported(name: string, names: readonly string[]): string {
  return `'${name}' is not supported. Must be one of the following values - ${listed(names)}`;
}

function listed(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}

function invalid(text: string): DocumentProblem {
  return new DocumentProblem([`'Globals' section is invalid. ${text}`]);
}

function withoutIgnored(id: string, ignored: unknown, section: Fields): Fields {
  if (!isFilled(ignored)) return section;
  if (ignored === '*') return {};
  const about = `Resource ${id} has invalid resource attribute 'IgnoreGlobals'`;
  if (!isList(ignored)) throw new DocumentProblem([resourceProblem(id, `${about}.`).message]);
  const left = { ...section };
  for (const key of ignored) {
    if (!isText(key) || !(key in left))
      throw new DocumentProblem([resourceProblem(id, `${about} on item '${String(key)}'.`).message]);
    delete left[key];
  }
  return left;
}

/** Lists are put one behind the other, maps are merged key by key, of everything else the resource's own counts. */
function merge(globals: Fields, own: Fields): Fields {
  const merged: Fields = structuredClone(globals);
  for (const [key, value] of Object.entries(own)) {
    const general = merged[key];
    if (isList(general) && isList(value)) merged[key] = [...general, ...value];
    else if (isMap(general) && isMap(value) && !isIntrinsic(general) && !isIntrinsic(value))
      merged[key] = merge(general, value);
    else merged[key] = value;
  }
  return merged;
}
