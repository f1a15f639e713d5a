import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderLooks } from '../../local/rehearsal/look-at-folder.ts';
import { openRehearsal, type Rehearsal } from '../../local/rehearsal/rehearsal.ts';

const sample = path.resolve(import.meta.dirname, '../../local/sample-service/v1');
let folder: string;
let rehearsal: Rehearsal;
let looks: FolderLooks;
let moment = 1_800_000_000;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-looked-'));
  cpSync(sample, folder, { recursive: true });
  rehearsal = openRehearsal(folder, undefined);
  looks = new FolderLooks(rehearsal);
});
afterEach(() => {
  rehearsal.close();
  rmSync(folder, { recursive: true, force: true });
});

function save(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
  // Two saves are at different times, however quick this test is.
  moment += 1;
  utimesSync(path.join(folder, name), moment, moment);
}

const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

it('tells what is wrong with the manifest, once for each save', () => {
  const right = read('release.json');
  expect(looks.look()).toEqual({});
  save('release.json', right.slice(0, 30));
  expect(looks.look().obstacles).toMatch(/release\.json.*JSON/s);
  expect(looks.look()).toEqual({});
  save('release.json', right.slice(0, 30));
  expect(looks.look().obstacles).toMatch(/release\.json.*JSON/s);
  save('release.json', right);
  expect(looks.look()).toEqual({});
});

it('tells what is wrong with the template, and releases the version once that is mended', () => {
  const template = read('template.yaml');
  save('template.yaml', 'Resources: [');
  expect(looks.look().obstacles).toContain('template.yaml');
  save('release.json', read('release.json').replace('1.0.0', '1.0.1'));
  expect(looks.look().obstacles).toContain('template.yaml');
  expect(looks.look()).toEqual({});
  save('template.yaml', template);
  expect(looks.look()).toEqual({ release: '1.0.1' });
  expect(looks.look()).toEqual({});
});
