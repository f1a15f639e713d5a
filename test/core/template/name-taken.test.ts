import { describe, expect, it } from 'vitest';
import { isNameTaken, withRemedy } from '../../../core/template/name-taken.ts';

describe('a name that is taken', () => {
  it.each([
    'Orders (AWS::DynamoDB::Table): Table already exists: orders',
    "Resource of type 'AWS::S3::Bucket' with identifier 'b' already exists.\" (HandlerErrorCode: AlreadyExists)",
    'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck].',
  ])('is told with what to do: %s', (reason) => {
    expect(isNameTaken(reason)).toBe(true);
    expect(withRemedy(reason)).toContain('--import-existing-resources');
    expect(withRemedy(reason)).not.toContain('..');
  });

  it('is nothing that another reason speaks of', () => {
    expect(withRemedy('Value too short.')).toBe('Value too short.');
  });
});
