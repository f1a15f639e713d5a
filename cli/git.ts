import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../core/manifest/manifest.ts';

type Source = Manifest['source'];

/** What git says of the last commit of the repository that a folder is in: nothing, where it is in none. */
export function sourceFromGit(folder: string): Partial<Source> {
  if (!mayBeInRepository(folder)) return {};
  const [author = '', commit = '', committedAt = ''] = git(folder, 'log', '-1', '--format=%an <%ae>%n%H%n%cI').split(
    '\n',
  );
  const remote = git(folder, 'remote', 'get-url', 'origin');
  const repository = remote === '' ? {} : { repository: withoutCredentials(remote) };
  return commit === '' ? repository : { ...repository, commit, author, committedAt };
}

/** Who commits here, as git is set up; undefined where it is not. */
export function personOfGit(folder: string): string | undefined {
  const settings = git(folder, 'config', '--null', '--get-regexp', '^user\\.(name|email)$');
  // Where several files set one, the last counts.
  const { 'user.name': name = '', 'user.email': email = '' } = Object.fromEntries(
    settings.split('\0').map((entry) => {
      const [key = '', ...value] = entry.split('\n');
      return [key, value.join(' ').trim()];
    }),
  );
  return email === '' ? undefined : `${name} <${email}>`.trim();
}

/** Who made what a folder holds: the author of its last commit, else who commits here. */
export function authorFromGit(folder: string): string | undefined {
  return sourceFromGit(folder).author ?? personOfGit(folder);
}

/** Asked before git is: to start it time and again took longer than all else that packing does. */
function mayBeInRepository(folder: string): boolean {
  if (process.env['GIT_DIR'] !== undefined) return true;
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}

/**
 * Files at these paths that differ from the last commit, or are in none; what git ignores is none of them.
 * @param but a pattern of files that do not count, of git's
 */
export function uncommitted(folder: string, paths: readonly string[], but: string): string[] {
  const lines = git(folder, 'status', '--porcelain', '--untracked-files=all', '--', ...paths, `:(exclude,glob)${but}`);
  return lines.split('\n').flatMap((line) => (line === '' ? [] : [line.trim().replace(/^\S+\s+/, '')]));
}

/** Whether a repository has a commit. */
export function hasCommit(folder: string, commit: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(commit) && git(folder, 'cat-file', '-t', commit) === 'commit';
}

/** A token in the address would be readable in manifest, plan and ledger. */
function withoutCredentials(remote: string): string {
  return remote.replace(/^(\w+:\/\/)[^/]*@/, '$1');
}

/** What a command of git prints; nothing where it fails, or git is not there. */
function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
