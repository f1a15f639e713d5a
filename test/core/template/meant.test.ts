import { describe, expect, it } from 'vitest';
import { meantBy } from '../../../core/template/meant.ts';
import { unknownGuards } from '../../../core/template/guard/guard.ts';

describe('a name that the template does not have', () => {
  it.each([
    ['of a construct of the CDK', 'Send', ['Send46722DF3', 'Receive125D1B59'], ' Is Send46722DF3 meant?'],
    ['in other letters', 'sendfunction', ['SendFunction'], ' Is SendFunction meant?'],
    ['with too much', 'SendLambdaFunction', ['Send'], ' Is Send meant?'],
    ['that several begin with', 'S', ['S1', 'S2', 'S3', 'S4'], ' Is S1 or S2 or S3 meant?'],
    ['that nothing is like', 'Send', ['Receive'], ''],
  ])('%s', (_, name, known, sentence) => {
    expect(meantBy(name, known)).toBe(sentence);
  });

  it('is answered by functions for guard, and by function URLs for newUrls, those of SAM too', () => {
    const template = {
      Resources: {
        Send46722DF3: { Type: 'AWS::Lambda::Function' },
        SendRole: { Type: 'AWS::IAM::Role' },
        Page: { Type: 'AWS::Serverless::Function', Properties: { FunctionUrlConfig: {} } },
      },
    };
    expect(unknownGuards(template, { guard: ['Send'], newUrls: ['Page'] })).toEqual([
      '"guard" names Send, but the template has no function of that name: correct or remove it. Is Send46722DF3 meant?',
      '"newUrls" names Page, but the template has no function URL of that name: correct or remove it. Is PageUrl meant?',
    ]);
  });
});
