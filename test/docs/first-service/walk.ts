import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A clone of this repository in an empty folder, with what is installed here, and what a reader does in it. */
export class Walk {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'sluice-first-service-'));
  readonly clone = path.join(this.folder, 'sluice');
  /** Of the reader's shell. */
  environment: Readonly<Record<string, string>> = {};
  private started: { readonly child: ChildProcess; readonly said: string[] } | undefined;

  /** @throws Error where what is installed is not what the lockfile says: commands would install it, through the link, in its place */
  constructor() {
    const stamp = readFileSync('node_modules/.sluice-installed', 'utf8');
    if (stamp !== createHash('sha256').update(readFileSync('package-lock.json')).digest('hex'))
      throw new Error('The dependencies are not those of package-lock.json: npm ci.');
    const left = ['node_modules', '.git', 'cdk.out'].map((name) => path.resolve(name));
    cpSync('.', this.clone, { recursive: true, filter: (name) => !left.includes(path.resolve(name)) });
    symlinkSync(path.resolve('node_modules'), path.join(this.clone, 'node_modules'));
  }

  save(file: string, text: string): void {
    const name = path.join(this.clone, file);
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, text);
  }

  /** @throws Error where the file has not exactly one such place */
  change(file: string, from: string, to: string): void {
    const parts = readFileSync(path.join(this.clone, file), 'utf8').split(from);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
    this.save(file, parts.join(to));
  }

  /** Runs a command to its end. @returns what it prints @throws Error with that where it fails */
  run(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const how = { cwd: this.clone, env: this.variables(), maxBuffer: 1 << 26 };
      execFile('bash', ['-c', line], how, (error, stdout, stderr) => {
        if (error === null) resolve(stdout + stderr);
        else reject(new Error(`${line}\n${stdout}\n${stderr}`, { cause: error }));
      });
    });
  }

  /** Starts a command that stays up; whatever link it asks by is opened and approved. */
  start(line: string): void {
    const child = spawn('bash', ['-c', `exec ${line}`], {
      cwd: this.clone,
      env: this.variables(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: string[] = [];
    const decided = new Set<string>();
    const hear = (chunk: Buffer): void => {
      said.push(chunk.toString('utf8'));
      for (const [link] of said.join('').matchAll(/http:\S+\/approvals\/\S+(?=\n)/g)) {
        if (decided.has(link)) continue;
        decided.add(link);
        approve(link).catch((error: unknown) => said.push(String(error)));
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
    this.started = { child, said };
  }

  /** Waits until the command that stays up says something. @throws Error with what it said where it ends before */
  async hears(expected: RegExp): Promise<string> {
    for (;;) {
      const { child, said } = this.running();
      const text = said.join('');
      if (expected.test(text)) return text;
      if (child.exitCode !== null) throw new Error(`It ended, and did not say ${String(expected)}:\n${text}`);
      await pause(100);
    }
  }

  get isUp(): boolean {
    return this.started !== undefined;
  }

  /** Ctrl-C. @returns the code that a shell gives to it */
  async interrupt(): Promise<number> {
    const { child } = this.running();
    this.started = undefined;
    if (child.pid === undefined) throw new Error('It was not started.');
    const closed = new Promise<number>((resolve) => {
      child.once('close', (code, signal) => resolve(signal === 'SIGINT' ? 130 : (code ?? 1)));
    });
    process.kill(-child.pid, 'SIGINT');
    return closed;
  }

  close(): void {
    if (this.started?.child.pid !== undefined) process.kill(-this.started.child.pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private running(): { readonly child: ChildProcess; readonly said: string[] } {
    if (this.started === undefined) throw new Error('Nothing is up.');
    return this.started;
  }

  /** A home without any configuration of the machine that runs the tests. */
  private variables(): NodeJS.ProcessEnv {
    const own = { PATH: process.env['PATH'], HOME: this.folder, CI: 'true', AWS_EC2_METADATA_DISABLED: 'true' };
    return { ...own, ...this.environment };
  }
}

/** Opens a link, and presses its button, as a browser does. */
async function approve(link: string): Promise<void> {
  const page = await fetch(link);
  if (!page.ok) throw new Error(`The link answered ${page.status}: ${await page.text()}`);
  const body = new URLSearchParams({ decision: 'approve', reason: 'As the page says' });
  const answer = await fetch(link, { method: 'POST', body, redirect: 'manual' });
  if (answer.status >= 400) throw new Error(`The link answered ${answer.status}: ${await answer.text()}`);
}
