import type { Authorization } from '../../../kernel/service.ts';
import type { Lambda } from '../lambda.ts';
import { invalid, type LayerUse } from '../store.ts';
import { askLayer } from './operations.ts';
import { readLayerArn } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html */
const MOST_LAYERS = 5;
const LARGEST_UNZIPPED = 262_144_000;

/**
 * Asks for the layers a function is to have. One of an account where nothing was published cannot be judged by its policy: whoever
 * may have it by their own policies has it, as of a public one.
 */
export function askLayers(lambda: Lambda, arns: readonly string[] | undefined): Authorization[] {
  return (arns ?? []).map((arn) => {
    const known = lambda.layers.find(arn) !== undefined;
    const asked = askLayer(lambda, 'GetLayerVersion', arn);
    if (known) return asked;
    const everybody = { Effect: 'Allow', Principal: '*', Action: 'lambda:GetLayerVersion', Resource: arn } as const;
    return { ...asked, resourcePolicy: { Version: '2012-10-17', Statement: [everybody] } };
  });
}

/**
 * What a function's layers are when it is made or changed; a version keeps them, whatever becomes of the layer. Those of other accounts that
 * were not published here are known by their name alone.
 * @throws AwsError InvalidParameterValueException
 */
export function layersOf(
  { layers }: Lambda,
  arns: readonly string[] | undefined,
  { account, region }: { readonly account: string; readonly region: string },
): LayerUse[] | undefined {
  if (arns === undefined) return undefined;
  if (arns.length > MOST_LAYERS) throw invalid(`Number of layers must not exceed ${MOST_LAYERS}.`);
  const used = arns.map((arn): LayerUse => {
    const reference = readLayerArn(arn);
    if (reference?.version === undefined) throw invalid(`Invalid layer ARN: ${arn}`);
    const layer = layers.find(arn);
    if (layer === undefined && reference.account === account) throw invalid(`Layer version ${arn} does not exist.`);
    if (reference.region !== region)
      throw invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${region}.`,
      );
    return { arn, content: layer?.content };
  });
  const names = arns.map((arn) => arn.slice(0, arn.lastIndexOf(':')));
  if (new Set(names).size < names.length) throw invalid('Two different versions of the same layer are not allowed.');
  const total = used.reduce((bytes, { content }) => bytes + (content?.unzipped ?? 0), 0);
  if (total > LARGEST_UNZIPPED)
    throw invalid(`Layers consume more than the available size of ${LARGEST_UNZIPPED} bytes`);
  return used;
}
