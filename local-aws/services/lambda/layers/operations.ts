import { pathToFileURL } from 'node:url';
import {
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type Architecture,
  type Runtime,
} from '@aws-sdk/client-lambda';
import type { Caller } from '../../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization } from '../../../kernel/service.ts';
import { onlyMembers } from '../../only-members.ts';
import { page, type Lambda } from '../lambda.ts';
import { freshRevision, invalid } from '../store.ts';
import { layerArn, layerPolicy, layerVersionArn, readLayerArn, type LayerVersion } from './store.ts';

/** Layers: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
export function layerOperations(lambda: Lambda): AnyOperation[] {
  return [publish(lambda), ...readers(lambda), ...lists(lambda), remove(lambda)];
}

/** The ARN of a layer, or of one of its versions, that an input names. @throws AwsError InvalidParameterValueException */
export function namedLayer(name: string | undefined, version: number | undefined, { account, region }: Caller): string {
  const given = name ?? '';
  const reference = given.startsWith('arn:') ? readLayerArn(given) : { account, region, name: given };
  if (reference === undefined) throw invalid(`Invalid layer name: ${given}`);
  return version === undefined ? layerArn(reference) : layerVersionArn({ ...reference, version });
}

/** Asks for an action on a layer version, its own policy included. */
export function askLayer({ layers }: Lambda, action: string, arn: string): Authorization {
  const layer = layers.find(arn);
  return {
    action: `lambda:${action}`,
    resource: arn,
    resourcePolicy: layer === undefined ? undefined : layerPolicy(layer),
  };
}

function publish(lambda: Lambda): AnyOperation {
  return operation({
    command: PublishLayerVersionCommand,
    accepts: ['LayerName', 'Description', 'Content', 'CompatibleRuntimes', 'CompatibleArchitectures', 'LicenseInfo'],
    authorize: ({ LayerName }, { caller }) => ({
      action: 'lambda:PublishLayerVersion',
      resource: namedLayer(LayerName, undefined, caller),
    }),
    handle: async (input, { caller }) => {
      const reference = readLayerArn(namedLayer(input.LayerName, undefined, caller));
      if (reference === undefined) throw invalid(`Invalid layer name: ${input.LayerName ?? ''}`);
      const { account, region, name } = reference;
      onlyMembers(input.Content, ['ZipFile', 'S3Bucket', 'S3Key', 'S3ObjectVersion'], 'a layer’s content');
      const layer = lambda.layers.add({
        account,
        region,
        name,
        description: input.Description ?? '',
        content: await lambda.code.read(input.Content ?? {}, caller),
        runtimes: input.CompatibleRuntimes ?? [],
        architectures: input.CompatibleArchitectures ?? [],
        license: input.LicenseInfo,
        createdAt: lambda.kernel.clock.now(),
        statements: [],
        revisionId: freshRevision(),
      });
      return described(layer);
    },
  });
}

function readers(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: GetLayerVersionCommand,
      accepts: ['LayerName', 'VersionNumber'],
      authorize: ({ LayerName, VersionNumber }, { caller }) =>
        askLayer(lambda, 'GetLayerVersion', namedLayer(LayerName, VersionNumber, caller)),
      handle: async ({ LayerName, VersionNumber }, { caller }) =>
        described(lambda.layers.get(namedLayer(LayerName, VersionNumber, caller))),
    }),
    operation({
      command: GetLayerVersionByArnCommand,
      accepts: ['Arn'],
      authorize: ({ Arn = '' }) => askLayer(lambda, 'GetLayerVersion', Arn),
      handle: async ({ Arn = '' }) => described(lambda.layers.get(Arn)),
    }),
  ];
}

interface Wanted {
  readonly CompatibleRuntime?: Runtime | undefined;
  readonly CompatibleArchitecture?: Architecture | undefined;
}

function fits({ CompatibleRuntime, CompatibleArchitecture }: Wanted) {
  return ({ runtimes, architectures }: LayerVersion): boolean =>
    (CompatibleRuntime === undefined || runtimes.includes(CompatibleRuntime)) &&
    (CompatibleArchitecture === undefined || architectures.includes(CompatibleArchitecture));
}

function lists(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: ListLayerVersionsCommand,
      accepts: ['LayerName', 'Marker', 'MaxItems', 'CompatibleRuntime', 'CompatibleArchitecture'],
      authorize: () => ({ action: 'lambda:ListLayerVersions', resource: '*' }),
      handle: async (input, { caller }) => {
        const wanted = namedLayer(input.LayerName, undefined, caller);
        const reference = readLayerArn(wanted) ?? caller;
        const all = lambda.layers.of(reference).filter((layer) => layerArn(layer) === wanted && fits(input)(layer));
        const { items, next } = page(all, input.Marker, input.MaxItems);
        return { LayerVersions: items.map(listed), NextMarker: next };
      },
    }),
    operation({
      command: ListLayersCommand,
      accepts: ['Marker', 'MaxItems', 'CompatibleRuntime', 'CompatibleArchitecture'],
      authorize: () => ({ action: 'lambda:ListLayers', resource: '*' }),
      handle: async (input, { caller }) => {
        const versions = lambda.layers.of(caller).filter(fits(input));
        const newest = versions.filter(({ name }, index) => versions[index - 1]?.name !== name);
        const { items, next } = page(newest, input.Marker, input.MaxItems);
        const Layers = items.map((layer) => ({
          LayerName: layer.name,
          LayerArn: layerArn(layer),
          LatestMatchingVersion: listed(layer),
        }));
        return { Layers, NextMarker: next };
      },
    }),
  ];
}

function remove(lambda: Lambda): AnyOperation {
  return operation({
    command: DeleteLayerVersionCommand,
    accepts: ['LayerName', 'VersionNumber'],
    authorize: ({ LayerName, VersionNumber }, { caller }) =>
      askLayer(lambda, 'DeleteLayerVersion', namedLayer(LayerName, VersionNumber, caller)),
    // Functions that have it keep its content; deleting what is gone succeeds.
    handle: async ({ LayerName, VersionNumber }, { caller }) => {
      lambda.layers.remove(namedLayer(LayerName, VersionNumber, caller));
      return {};
    },
  });
}

function listed(layer: LayerVersion) {
  return {
    LayerVersionArn: layerVersionArn(layer),
    Version: layer.version,
    Description: layer.description,
    CreatedDate: new Date(layer.createdAt).toISOString().replace('Z', '+0000'),
    CompatibleRuntimes: [...layer.runtimes],
    CompatibleArchitectures: [...layer.architectures],
    LicenseInfo: layer.license,
  };
}

function described(layer: LayerVersion) {
  const { content } = layer;
  return {
    ...listed(layer),
    LayerArn: layerArn(layer),
    // AWS gives a signed S3 address; here it is the file itself.
    Content: { Location: pathToFileURL(content.zip).href, CodeSha256: content.sha256, CodeSize: content.size },
  };
}
