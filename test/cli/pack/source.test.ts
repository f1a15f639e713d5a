import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { check } from '../../../cli/check/check.ts';
import { CommandError } from '../../../cli/exit-codes.ts';
import { pack } from '../../../cli/pack/pack.ts';
import { samplePolicy } from '../../core/samples.ts';

// Whoever runs the tests may have told git who they are.
beforeAll(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
});
afterAll(() => void vi.unstubAllEnvs());

const ADA = 'Ada <ada@example.com>';
const GRACE = 'Grace <grace@example.com>';
const [name, email] = ['Grace', 'grace@example.com'];

/** A service beside what it shares with others, in a repository. */
class Repository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'source-')));
  readonly folder = join(this.root, 'orders');

  constructor(source?: object) {
    const code = { Type: 'AWS::Lambda::Function', Properties: { Code: '../shared', Role: 'arn' } };
    mkdirSync(this.folder);
    mkdirSync(join(this.root, 'shared'));
    this.write('shared/index.js', 'exports.handler = async () => 1;\n');
    this.write('orders/template.json', JSON.stringify({ Resources: { Receive: code } }));
    this.manifest(source);
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', ['-C', this.root, ...args], { encoding: 'utf8' }).trim();
  }

  begin(): void {
    this.git('init', '--quiet');
    this.git('config', 'user.name', name);
    this.git('config', 'user.email', email);
    this.git('remote', 'add', 'origin', 'https://me:token@example.com/acme/orders.git');
  }

  /** By Ada; Grace is who packs. */
  commit(): string {
    this.git('add', '.');
    this.git(
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'x',
    );
    return this.git('rev-parse', 'HEAD');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  manifest(source?: object): void {
    this.write(
      'orders/release.json',
      JSON.stringify({ service: 'orders', version: '1.0.0', template: 'template.json', source }),
    );
  }
}

function committed(source?: object): { readonly repository: Repository; readonly commit: string } {
  const repository = new Repository(source);
  repository.begin();
  return { repository, commit: repository.commit() };
}

const manifestSchema = z.object({ source: z.record(z.string(), z.string()) });

function packed({ folder }: Repository) {
  const { bytes, sourceNotes } = pack(folder);
  const text = Buffer.from(unzipSync(bytes)['release.json'] ?? []).toString('utf8');
  return { source: manifestSchema.parse(JSON.parse(text)).source, notes: sourceNotes };
}

describe('what the manifest leaves out of "source" is taken from git', () => {
  it('all of it, without what is secret in the address', () => {
    const { repository, commit } = committed();
    const { source, notes } = packed(repository);
    const committedAt = repository.git('log', '-1', '--format=%cI');
    expect(source).toEqual({ author: ADA, commit, committedAt, repository: 'https://example.com/acme/orders.git' });
    expect(notes).toEqual([
      `From git: author ${ADA}, commit ${commit}, committed at ${committedAt}, repository https://example.com/acme/orders.git.`,
    ]);
    repository.write('orders/orders-1.0.0.zip', 'packed before');
    expect(packed(repository).source).toEqual(source);
  });

  it('of the commit that is there when it is packed', () => {
    const { repository, commit } = committed();
    const next = repository.commit();
    expect(next).not.toBe(commit);
    expect(packed(repository).source['commit']).toBe(next);
  });

  it('and nothing of what it says itself', () => {
    const own = {
      author: 'CI <ci@example.com>',
      repository: 'here',
      commit: 'abc',
      committedAt: '2026-11-20T09:00:00Z',
    };
    const { repository } = committed(own);
    expect(packed(repository)).toEqual({ source: own, notes: [] });
  });

  it.each([
    ['changed', 'orders/template.json', '{ "Resources": { "It": { "Type": "AWS::SNS::Topic" } } }'],
    ['new', 'orders/further.json', '{}'],
    ['shared with others', 'shared/index.js', 'exports.handler = async () => 2;\n'],
  ])('but for the commit, where a file is in none: %s', (_, path, text) => {
    const { repository } = committed();
    repository.write(path, text);
    const { source, notes } = packed(repository);
    expect(source).toEqual({ author: `${ADA}, ${GRACE}`, repository: 'https://example.com/acme/orders.git' });
    expect(notes).toEqual([
      `In no commit: ${path}. The artifact names no commit, and ${ADA}, ${GRACE} as who made it.`,
    ]);
  });

  it('and a file elsewhere in the repository is no concern', () => {
    const { repository, commit } = committed();
    repository.write('notes.txt', 'to do');
    expect(packed(repository).source['commit']).toBe(commit);
  });

  it('before the first commit: whoever is going to make it', () => {
    const repository = new Repository();
    repository.begin();
    expect(packed(repository).source).toEqual({ author: GRACE, repository: 'https://example.com/acme/orders.git' });
  });
});

it('a commit that was written down for an earlier build is said', () => {
  const { repository, commit } = committed();
  repository.manifest({ author: ADA, commit });
  const head = repository.commit();
  expect(packed(repository).source['commit']).toBe(commit);
  expect(packed(repository).notes[0]).toBe(
    `"source.commit" of release.json is ${commit}, and the last commit here is ${head}: leave it out, and it is taken from git.`,
  );
});

it('git is asked only where it may know something', () => {
  const tools = mkdtempSync(join(tmpdir(), 'tools-'));
  const asked = join(tools, 'asked.txt');
  writeFileSync(join(tools, 'git'), `#!/bin/sh\necho "$@" >> ${asked}\nexit 1\n`, { mode: 0o755 });
  const path = process.env['PATH'] ?? '';
  vi.stubEnv('PATH', `${tools}:${path}`);
  const repository = new Repository({ author: ADA });
  repository.write('orders/template.json', JSON.stringify({ Resources: { It: { Type: 'AWS::SNS::Topic' } } }));
  expect(packed(repository).source).toEqual({ author: ADA });
  expect(existsSync(asked)).toBe(false);
  mkdirSync(join(repository.root, '.git'));
  expect(packed(repository).source).toEqual({ author: ADA });
  expect(readFileSync(asked, 'utf8')).toContain('log -1');
  vi.stubEnv('PATH', path);
});

it('a setting of git without a value says nothing', () => {
  const repository = new Repository();
  repository.git('init', '--quiet');
  writeFileSync(
    join(repository.root, '.git', 'config'),
    '[user]\n\temail = first@example.com\n\temail = grace@example.com\n\tname\n',
  );
  expect(packed(repository).source).toEqual({ author: '<grace@example.com>' });
});

describe('where git knows nobody', () => {
  const messageOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof CommandError) return error.message;
    }
    return '';
  };

  it('who made it has to be said, and nothing else is hidden by that', () => {
    const { folder } = new Repository();
    expect(messageOf(() => pack(folder))).toMatch(/"source\.author" is missing, and git does not say who made this/);
    const report = check(folder, samplePolicy());
    expect(report.obstacles.map(({ code }) => code)).toEqual(['manifest.missing-field', 'pack.path-outside']);
  });

  it('"source" of another form is refused as such', () => {
    const { repository } = committed();
    repository.write(
      'orders/release.json',
      '{ "service": "orders", "version": "1.0.0", "template": "template.json", "source": "git" }',
    );
    expect(messageOf(() => pack(repository.folder))).toMatch(/"source" must be of type object/);
  });
});
