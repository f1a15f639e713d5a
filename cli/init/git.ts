import { spawnSync } from 'node:child_process';
import type { Manifest } from '../../core/manifest/manifest.ts';

/** What git says of the last commit of the repository that a folder is in: nothing, where it is in none. */
export function sourceFromGit(folder: string): Partial<Manifest['source']> {
  const [author = '', commit = '', committedAt = ''] = git(folder, 'log', '-1', '--format=%an <%ae>%n%H%n%cI').split(
    '\n',
  );
  const remote = git(folder, 'remote', 'get-url', 'origin');
  const repository = remote === '' ? {} : { repository: withoutCredentials(remote) };
  if (commit !== '') return { ...repository, commit, author, committedAt };
  const [name, email] = [git(folder, 'config', 'user.name'), git(folder, 'config', 'user.email')];
  return { ...repository, ...(email === '' ? {} : { author: `${name} <${email}>`.trim() }) };
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
