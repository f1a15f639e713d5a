import { expect, it } from 'vitest';
import { ownMetadataProblems } from '../../../core/template/own-metadata.ts';

// A template that was copied from a stack: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/684
it('finds metadata of Sluice’s that a template has', () => {
  const of = (Metadata: unknown) => ({ Resources: { OrdersSluice2: { Type: 'AWS::DynamoDB::Table', Metadata } } });
  expect(ownMetadataProblems(of({ 'sluice:logicalId': 'Orders', Mine: 1 }), 'template.json')).toEqual([
    {
      code: 'template.metadata-reserved',
      path: 'template.json',
      message:
        '"OrdersSluice2" (AWS::DynamoDB::Table) has the metadata sluice:logicalId: remove it, metadata that begins with "sluice:" is written by Sluice into the stack, and does not belong into a template.',
      places: ['Resources.OrdersSluice2.Metadata'],
    },
  ]);
  expect(ownMetadataProblems(of({ 'aws:cdk:path': 'x' }), 'template.json')).toEqual([]);
  expect(ownMetadataProblems(of(undefined), 'template.json')).toEqual([]);
});
