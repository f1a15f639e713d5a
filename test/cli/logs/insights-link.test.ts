import { expect, it } from 'vitest';
import { insightsLink, insightsQuery } from '../../../cli/logs/insights-link.ts';

it('fills in the query as the console writes it into its address', () => {
  const link = insightsLink({
    ...{
      region: 'us-east-1',
      groups: ['/aws/lambda/sluice-deploy', '/aws/lambda/sluice-gate'],
      query: "filter a like 'x'",
    },
    ...{ from: '2026-11-20T10:00:00.000Z', until: '2026-11-20T11:00:00.000Z' },
  });
  expect(link).toBe(
    "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:logs-insights$3FqueryDetail$3D~(end~'2026-11-20T11*3a00*3a00.000Z" +
      "~start~'2026-11-20T10*3a00*3a00.000Z~timeType~'ABSOLUTE~tz~'UTC~editorString~'filter*20a*20like*20*27x*27" +
      "~source~(~'*2faws*2flambda*2fsluice-deploy~'*2faws*2flambda*2fsluice-gate))",
  );
});

it.each([
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
])('leads to the console of %s', (region, console) => {
  expect(insightsLink({ region, groups: [], query: '', from: '', until: '' })).toMatch(console);
});

it('asks for what names the release', () => {
  expect(insightsQuery('orders-1.4.2-a1')).toContain('| filter @message like "orders-1.4.2-a1"\n');
});
