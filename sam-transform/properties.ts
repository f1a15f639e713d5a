import { HTTP_API } from './apis/http-api.ts';
import { REST_API } from './apis/rest-api.ts';
import { FUNCTION, LAYER, TABLE } from './functions/shape.ts';
import type { Shape } from './model/shape.ts';
import { MACHINE } from './state-machines/state-machine.ts';

const shapes: Readonly<Record<string, Shape>> = {
  'AWS::Serverless::Api': REST_API,
  'AWS::Serverless::Function': FUNCTION,
  'AWS::Serverless::HttpApi': HTTP_API,
  'AWS::Serverless::LayerVersion': LAYER,
  'AWS::Serverless::SimpleTable': TABLE,
  'AWS::Serverless::StateMachine': MACHINE,
};

/** Names of the properties that each of SAM's types has, of those that the transform expands. SAM refuses any other. */
export const samProperties: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(shapes).map(([type, shape]) => [type, Object.keys(shape)]),
);
