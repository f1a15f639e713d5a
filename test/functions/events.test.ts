import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { functionNames } from '../../core/contract/names.ts';
import { deployInput, gateInput, validateInput, verifyInput } from '../../core/contract/tasks.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { objectCreated } from '../../functions/receive/event.ts';
import { readCommand } from '../../core/notify/slack-command.ts';
import { readCommandForm } from '../../functions/interact/command/command-form.ts';
import { readInteraction } from '../../functions/interact/interaction.ts';
import { wakeEvent } from '../../functions/wake/event.ts';

const folder = new URL('../../events/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

const schemas: Readonly<Record<string, z.ZodType>> = {
  receive: objectCreated,
  validate: validateInput,
  gate: gateInput,
  deploy: deployInput,
  verify: verifyInput,
  wake: wakeEvent,
};

describe('sample events', () => {
  it('exist for every function', () => {
    expect(new Set(files.map((file) => file.split('.')[0]))).toEqual(new Set(functionNames));
  });
  it.each(files.filter((file) => !/^(decide|interact|read|sign-in)\./.test(file)))(
    '%s is what its function takes',
    (file) => {
      const schema = schemas[file.split('.')[0] ?? ''];
      expect(schema?.safeParse(read(file)).error).toBeUndefined();
    },
  );
  it.each(files.filter((file) => /^(validate|gate|deploy|verify)\./.test(file)))(
    '%s is read to the last field',
    (file) => {
      const sample = z.record(z.string(), z.unknown()).parse(read(file));
      expect(schemas[file.split('.')[0] ?? '']?.parse(sample)).toMatchObject(sample);
    },
  );
  it('of a release that an older engine began may have a field that nothing reads any more', () => {
    const sample = z.record(z.string(), z.unknown()).parse(read('deploy.apply.json'));
    expect(deployInput.parse({ ...sample, execution: 'arn:aws:states:x' })).toEqual(sample);
  });
  it('interact.commanded.json is read', async () => {
    const answer = async (request: Request) => {
      const form = readCommandForm(await request.text());
      expect(form).toMatchObject({ user_id: 'U000000ROBIN', command: '/sluice' });
      expect(readCommand(form.text)).toMatchObject({ action: 'hold', service: 'orders', environment: 'production' });
      return new Response('seen');
    };
    expect(await answerHttp(read('interact.commanded.json'), { answer })).toMatchObject({ body: 'seen' });
  });
  it.each(files.filter((file) => /^interact\.(pressed|reason)/.test(file)))(
    '%s is read, in base64 too',
    async (file) => {
      const answer = async (request: Request) => {
        expect(readInteraction(await request.text())).toMatchObject({ user: { id: 'U000000ROBIN' } });
        return new Response('seen');
      };
      expect(await answerHttp(read(file), { answer })).toMatchObject({ body: 'seen' });
    },
  );
  it.each(files.filter((file) => /^(decide|interact|read|sign-in)\./.test(file)))(
    '%s becomes a request',
    async (file) => {
      const seen = z.object({
        rawPath: z.string(),
        requestContext: z.object({ http: z.object({ method: z.string() }) }),
      });
      const { rawPath, requestContext } = seen.parse(read(file));
      const answer = (request: Request, caller: unknown) => {
        expect(new URL(request.url).pathname).toBe(rawPath);
        expect(request.method).toBe(requestContext.http.method);
        expect(caller !== undefined).toBe(rawPath.startsWith('/v1/'));
        return new Response('seen', { status: 200 });
      };
      expect(await answerHttp(read(file), { answer })).toMatchObject({ statusCode: 200, body: 'seen' });
    },
  );
});
