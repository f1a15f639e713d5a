import { expect, it } from 'vitest';
import { isOwnReference } from '../../../core/template/own-reference.ts';

const template = {
  Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api' }, Parameter: { Type: 'AWS::SSM::Parameter' } },
};
const isOwn = (value: unknown): boolean => isOwnReference(value, template, /^AWS::ApiGatewayV2::Api$/);

it.each([
  { Ref: 'Api' },
  { 'Fn::GetAtt': ['Api', 'ApiId'] },
  { 'Fn::GetAtt': 'Api.ApiId' },
  { 'Fn::Sub': '${Api}' },
  { 'Fn::Sub': '${Api.ApiId}' },
  { 'Fn::If': ['HasApi', { Ref: 'Api' }, { Ref: 'AWS::NoValue' }] },
])('knows a resource of the template by %j', (value) => {
  expect(isOwn(value)).toBe(true);
});

it.each([
  'a1b2c3d4e5',
  { Ref: 'SharedApiId' },
  { 'Fn::ImportValue': 'shared-api' },
  { 'Fn::Sub': '${Api}-other' },
  { 'Fn::If': ['HasApi', { Ref: 'Api' }, 'a1b2c3d4e5'] },
  // What it gives is text of the template's choice.
  { 'Fn::GetAtt': ['Parameter', 'Value'] },
  { Ref: 'Parameter' },
])('does not take %j for one', (value) => {
  expect(isOwn(value)).toBe(false);
});
