/**
 * AWS::Lambda::Function, Version, Alias, Permission, Url, EventInvokeConfig, EventSourceMapping, LayerVersion, LayerVersionPermission.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html
 */
import type { ResourceProvider } from '../provider.ts';
import { aliasProvider, eventInvokeConfigProvider, versionProvider } from './lambda-deployment.ts';
import { eventSourceMappingProvider } from './lambda-event-source.ts';
import { functionProvider, permissionProvider } from './lambda-function.ts';
import { layerPermissionProvider, layerVersionProvider } from './lambda-layer.ts';
import { urlProvider } from './lambda-url.ts';

export const lambdaResources: ResourceProvider[] = [
  functionProvider,
  versionProvider,
  aliasProvider,
  permissionProvider,
  eventInvokeConfigProvider,
  eventSourceMappingProvider,
  layerVersionProvider,
  layerPermissionProvider,
  urlProvider,
];
