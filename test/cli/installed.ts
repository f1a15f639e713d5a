import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, staged, type Ran } from './command.ts';

/** The package, installed from its tarball. */
export interface Installed {
  /** Where it is installed. */
  readonly folder: string;
  /** Runs `npx sluice` there. */
  npx(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran>;
}

/** Makes the tarball, and installs it in an empty folder, without a network. @throws Error with what npm said */
export async function installSluice(folder: string): Promise<Installed> {
  const [tarballs, app] = [join(folder, 'tarballs'), join(folder, 'app')];
  for (const one of [tarballs, app]) mkdirSync(one);
  // npm's own, so that nothing of this machine's configuration counts; no registry is there to be asked.
  const quiet = quietNpm(folder);
  const tarball = await tarballOf(tarballs, quiet);
  writeFileSync(join(app, 'package.json'), '{}');
  await npm(['install', tarball], quiet, app);
  return {
    folder: app,
    npx: (environment, ...args) =>
      run(
        'npx',
        ['--no-install', 'sluice', ...args],
        { ...quiet, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
        app,
      ),
  };
}

/** Makes the tarball in an empty folder. @returns where it is */
export async function tarballOf(folder: string, environment = quietNpm(folder)): Promise<string> {
  await npm(['pack', await staged(), '--pack-destination', folder], environment, folder);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return join(folder, tarball);
}

function quietNpm(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
}

async function npm(args: readonly string[], environment: Readonly<Record<string, string>>, cwd: string): Promise<void> {
  const { code, stderr } = await run('npm', args, environment, cwd);
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}: ${stderr}`);
}
