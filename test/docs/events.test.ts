import { readdirSync, readFileSync } from 'node:fs';
import { EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { startLocalAws, type LocalAws } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { releaseEventBusName, releaseEventSource, releaseEventType } from '../../core/contract/names.ts';
import { releaseEventDetail } from '../../core/notify/release-event.ts';
import { committedText } from '../../scripts/schemas.ts';

// What docs/events.md hands out: the schema, the samples, and the rules.

const samples = new URL('../../events/release-status-change/', import.meta.url);
const names = readdirSync(samples).map((file) => file.replace(/\.json$/, ''));
const envelope = z.object({ source: z.string(), 'detail-type': z.string(), time: z.string(), detail: z.unknown() });

function sample(name: string): string {
  return readFileSync(new URL(`${name}.json`, samples), 'utf8');
}

describe('the sample events', () => {
  const isValid = new Ajv2020({ validateFormats: false }).compile(
    JSON.parse(committedText('release-event.schema.json')),
  );

  it.each(names)('%s is what the schema says, to the last field', (name) => {
    const event = envelope.parse(JSON.parse(sample(name)));
    expect([event.source, event['detail-type']]).toEqual([releaseEventSource, releaseEventType]);
    expect(isValid(event.detail), JSON.stringify(isValid.errors)).toBe(true);
    const detail = releaseEventDetail.strict().parse(event.detail);
    expect(detail.at.slice(0, 19)).toBe(event.time.slice(0, 19));
  });

  it('is the one on the page, too', () => {
    const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
    const [, text = ''] = /```json\n(\{[^]*?\})\n```/.exec(page) ?? [];
    const detail = releaseEventDetail.strict().parse(JSON.parse(text));
    expect(detail.id).toBe(`${detail.release}#${detail.sequence}`);
  });
});

describe('the rules to copy', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws.close());

  // Intrinsics of CloudFormation stand in other parts of the templates than the rules' patterns.
  const tags = /!(Ref|GetAtt|Sub)\b/g;
  const template = z.object({
    Resources: z.object({
      Rule: z.object({
        Properties: z.object({ EventBusName: z.string(), EventPattern: z.record(z.string(), z.unknown()) }),
      }),
    }),
  });

  async function passing(file: string): Promise<string[]> {
    const text = readFileSync(new URL(`../../docs/events/${file}`, import.meta.url), 'utf8');
    const { EventBusName, EventPattern } = template.parse(load(text.replace(tags, ''))).Resources.Rule.Properties;
    expect(EventBusName).toBe(releaseEventBusName);
    const client = aws.client(EventBridgeClient, { account: '111111111111', region: 'us-east-1' });
    const passed: string[] = [];
    for (const name of names) {
      const input = { EventPattern: JSON.stringify(EventPattern), Event: sample(name) };
      if ((await client.send(new TestEventPatternCommand(input))).Result === true) passed.push(name);
    }
    return passed;
  }

  it('pass what they say, and nothing else', async () => {
    expect(await passing('failures-in-production.yaml')).toEqual(['quarantined', 'rolled-back']);
    expect(await passing('successes-to-datadog.yaml')).toEqual(['succeeded']);
    const listed = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
    const files = readdirSync(new URL('../../docs/events/', import.meta.url));
    for (const file of files) expect(listed).toContain(`(events/${file})`);
    expect(files).toHaveLength(2);
  });
});
