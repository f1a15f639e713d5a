import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Puts all temporary files of this process, and of those that it starts, into one folder, which goes when this process ends, however
 * it ends. What ends it at once (Ctrl-C) leaves nobody the time to remove what is theirs.
 */
export function keepTemporaryFilesTogether(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-start-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

/** Ends this process at once when it is told to, by the codes that shells give to that: 130 for Ctrl-C, 143 for SIGTERM. */
export function endWhenTold(): void {
  process.once('SIGINT', endByInterrupt);
  process.once('SIGTERM', () => process.exit(143));
}

/** As Ctrl-C does: on a terminal whose keys are read one by one, no signal comes of it. */
export function endByInterrupt(): never {
  process.exit(130);
}
