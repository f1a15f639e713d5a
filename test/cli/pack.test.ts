import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CommandError } from '../../cli/exit-codes.ts';
import { pack } from '../../cli/pack/pack.ts';

const SAMPLE = 'local/sample-service';

function copyOf(version: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'pack-')), 'service');
  cpSync(join(SAMPLE, version), folder, { recursive: true });
  return folder;
}

const packedTemplate = z.object({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

function templateOf(bytes: Uint8Array): z.infer<typeof packedTemplate> {
  return packedTemplate.parse(JSON.parse(Buffer.from(unzipSync(bytes)['template.json'] ?? []).toString('utf8')));
}

const versionsOf = (bytes: Uint8Array): string[] =>
  Object.entries(templateOf(bytes).Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::Lambda::Version' ? [id] : [],
  );

const containing = (text: string): unknown => expect.stringContaining(text);

describe('pack', () => {
  it('gives the same bytes whatever the place, the time stamps and the time zone', () => {
    const first = pack(join(SAMPLE, 'v1'));
    const copy = copyOf('v1');
    utimesSync(join(copy, 'orders/index.js'), new Date(0), new Date(0));
    expect(pack(copy).sha256).toBe(first.sha256);
    const elsewhere = join(copy, '..', 'tokyo.zip');
    const run = spawnSync('node', ['cli/bin/sluice.mjs', '--json', 'pack', copy, '-o', elsewhere], {
      env: { ...process.env, TZ: 'Asia/Tokyo' },
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(Buffer.compare(readFileSync(elsewhere), first.bytes)).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ key: 'orders/1.0.0.zip', sha256: first.sha256 });
  });

  it('names every asset by its digest and points the template to it in the bucket of the target', () => {
    const { bytes } = pack(join(SAMPLE, 'v1'));
    const assets = Object.keys(unzipSync(bytes)).filter((name) => name.startsWith('assets/'));
    expect(assets).toHaveLength(2);
    const template = templateOf(bytes);
    expect(template.Parameters).toHaveProperty('SluiceAssetBucket');
    const code = z
      .object({ S3Bucket: z.object({ Ref: z.string() }), S3Key: z.string() })
      .parse(template.Resources['OrdersFunction']?.Properties?.['Code']);
    expect(code.S3Bucket.Ref).toBe('SluiceAssetBucket');
    expect(assets).toContain(code.S3Key);
  });

  it('packs the same of files with a byte order mark', () => {
    const [plain, marked] = [copyOf('v1'), copyOf('v1')];
    for (const file of ['release.json', 'template.yaml']) {
      const path = join(marked, file);
      writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`);
    }
    expect(pack(marked).sha256).toBe(pack(plain).sha256);
  });

  it('leaves logical ids as they are: whether a version is published is decided in each target', () => {
    const folder = copyOf('v1');
    const before = versionsOf(pack(folder).bytes);
    writeFileSync(join(folder, 'receipts/index.js'), 'exports.handler = async () => 1;\n');
    expect(versionsOf(pack(folder).bytes)).toEqual(before);
  });

  it('lists everything that is wrong with the manifest at once', () => {
    const folder = copyOf('v1');
    writeFileSync(
      join(folder, 'release.json'),
      JSON.stringify({ service: 'Orders!', version: '1.0.0', template: 'template.yaml', colour: 'red' }),
    );
    expect(() => pack(folder)).toThrowError(
      /"service".*\n.*"source" is missing.*\n.*"colour" is not a known field|"colour"/s,
    );
  });

  it('refuses links that lead out of the folder, and code outside of it', () => {
    const folder = copyOf('v1');
    symlinkSync('/etc/hostname', join(folder, 'orders/link'));
    expect(() => pack(folder)).toThrowError(/is a link to \/etc\/hostname, outside of/);
    const other = copyOf('v1');
    const template = readFileSync(join(other, 'template.yaml'), 'utf8').replace('Code: ./orders', 'Code: ../orders');
    writeFileSync(join(other, 'template.yaml'), template);
    expect(() => pack(other)).toThrowError(CommandError);
  });

  it.each([
    [
      'a field twice',
      'release.json',
      (text: string) => text.replace('{', '{ "version": "0.9.0",'),
      'manifest.repeated-field',
    ],
    [
      'a parameter that the template has not',
      'release.json',
      replacing('LogLevel', 'LogLvl'),
      'template.parameter-unknown',
    ],
    [
      'an alarm that the template has not',
      'release.json',
      replacing('OrdersErrorAlarm', 'NoAlarm'),
      'template.name-unknown',
    ],
    ['a template larger than CloudFormation reads', 'template.yaml', appending(1 << 20), 'artifact.template-too-large'],
  ])('refuses %s, as the engine would', (_, file, change, code) => {
    const folder = copyOf('v1');
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    expect(() => pack(folder)).toThrowError(expect.objectContaining({ exitCode: 2, message: containing(`[${code}]`) }));
  });
});

function replacing(text: string, by: string): (whole: string) => string {
  return (whole) => whole.replaceAll(text, by);
}

function appending(bytes: number): (whole: string) => string {
  return (whole) => `${whole}\n# ${'x'.repeat(bytes)}\n`;
}
