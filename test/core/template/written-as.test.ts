import { expect, it } from 'vitest';
import { writtenAs } from '../../../core/template/written-as.ts';

const written = {
  Resources: {
    Order: { Type: 'AWS::Serverless::Function' },
    Orders: { Type: 'AWS::Serverless::HttpApi' },
    Plain: { Type: 'AWS::Lambda::Function' },
    O: { Type: 'AWS::SQS::Queue' },
  },
};

it.each([
  ['Resources.O.Properties.QueueName', [{ place: 'Resources.O.Properties.QueueName' }]],
  ['Outputs.Url', [{ place: 'Outputs.Url' }]],
  ['Resources.OrderRole.Properties.Path', [{ place: 'Resources.Order', makes: 'OrderRole' }]],
  // Either may be it: the stage of the API, or the permission of an event that is called "s".
  [
    'Resources.OrdersStage',
    [
      { place: 'Resources.Orders', makes: 'OrdersStage' },
      { place: 'Resources.Order', makes: 'OrdersStage' },
    ],
  ],
  ['Resources.ServerlessRestApi', []],
  ['Resources.PlainAliaslive', [{ place: 'Resources.Plain', makes: 'PlainAliaslive' }]],
  ['Resources.constructor', []],
])('%s is written as %j', (place, places) => {
  expect(writtenAs(place, written, ['Plain'])).toEqual(places);
});

it('no function is the origin of what "guard" adds that it does not name', () => {
  expect(writtenAs('Resources.PlainAliaslive', written)).toEqual([]);
});

it('a property is that of the resource that is written, or of "Globals"', () => {
  const Function = { PermissionsBoundary: 'b', Timeout: 3 };
  const Properties = { Timeout: 5, Tags: {} };
  const sam = { Globals: { Function }, Resources: { Hello: { Type: 'AWS::Serverless::Function', Properties } } };
  const of = (place: string) => writtenAs(`Resources.${place}`, sam).map(({ place: one }) => one);
  expect(of('HelloRole.Properties.PermissionsBoundary')).toEqual(['Globals.Function.PermissionsBoundary']);
  expect(of('HelloRole.Properties.Tags')).toEqual(['Resources.Hello.Properties.Tags']);
  expect(of('HelloRole.Properties.Path')).toEqual(['Resources.Hello']);
  expect(of('Hello.Properties.PermissionsBoundary.Ref')).toEqual(['Globals.Function.PermissionsBoundary']);
  expect(of('Hello.Properties.Timeout')).toEqual(['Resources.Hello.Properties.Timeout']);
  expect(of('Hello.Properties.toString')).toEqual(['Resources.Hello.Properties.toString']);
});
