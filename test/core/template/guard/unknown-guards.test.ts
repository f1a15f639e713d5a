import { expect, it } from 'vitest';
import { unknownGuards } from '../../../../core/template/guard/guard.ts';

it('a name that the template does not have is answered by functions for guard, and by function URLs for newUrls, those of SAM too', () => {
  const template = {
    Resources: {
      Send46722DF3: { Type: 'AWS::Lambda::Function' },
      SendRole: { Type: 'AWS::IAM::Role' },
      Page: { Type: 'AWS::Serverless::Function', Properties: { FunctionUrlConfig: {} } },
    },
  };
  expect(unknownGuards(template, { guard: ['Send'], newUrls: ['Page'] })).toEqual([
    '"guard" names Send, but the template has no function of that name: correct or remove it. Is "Send46722DF3" meant?',
    '"newUrls" names Page, but the template has no function URL of that name: correct or remove it. Is "PageUrl" meant?',
  ]);
});
