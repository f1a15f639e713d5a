import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { onlyMembers } from '../only-members.ts';
import { invalid, type CodePackage, type LayerUse } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_DIRECT_UPLOAD = 50 * 1024 * 1024;
const LARGEST_UNZIPPED = 262_144_000;

/** Where a function's code is, and the folder that is its `/opt`. */
export interface PlacedCode {
  readonly folder: string;
  readonly opt: string | undefined;
}

/** Deployment packages on disk, unpacked once per digest, in a folder that goes when the local AWS closes. */
export class CodeStore {
  private readonly packages = new Map<string, CodePackage>();
  private root: string | undefined;
  private readonly onExit = (): void => this.close();

  constructor(private readonly kernel: Kernel) {}

  /**
   * Reads the code an input names: inline, or from S3 as the caller, who needs s3:GetObject.
   * @throws AwsError InvalidParameterValueException
   */
  async read(code: FunctionCode, caller: Caller): Promise<CodePackage> {
    onlyMembers(code, ['ZipFile', 'S3Bucket', 'S3Key', 'S3ObjectVersion'], 'a function’s code');
    if (code.ZipFile !== undefined) {
      if (code.S3Bucket !== undefined || code.S3Key !== undefined)
        throw invalid('Please do not provide other FunctionCode parameters when providing a ZipFile.');
      if (code.ZipFile.length > LARGEST_DIRECT_UPLOAD)
        throw new AwsError('RequestTooLargeException', 'The zip must be smaller than 52428800 bytes.', 413);
      return this.keep(code.ZipFile);
    }
    return this.keep(await this.readObject(code, caller));
  }

  /**
   * A package with layers, as functions of a runtime see both: the files of all layers in `opt`, a later one's over an earlier one's, and
   * the package beside them, so that `require` and `import` find a layer's modules where Lambda's NODE_PATH has them: after the
   * package's own, before the runtime's. https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
   */
  withLayers(code: CodePackage, layers: readonly LayerUse[], runtime: string): PlacedCode {
    const contents = layers.flatMap(({ content }) => (content === undefined ? [] : [content]));
    if (contents.length === 0) return { folder: code.folder, opt: undefined };
    const all = JSON.stringify([code.sha256, contents.map(({ sha256 }) => sha256), runtime]);
    const home = path.join(this.folder(), `layered-${createHash('sha256').update(all).digest('hex')}`);
    const placed = { folder: path.join(home, 'own', 'task'), opt: path.join(home, 'opt') };
    if (existsSync(home)) return placed;
    const making = `${home}.${randomBytes(4).toString('hex')}`;
    mkdirSync(path.join(making, 'opt'), { recursive: true });
    for (const { folder } of contents) cpSync(folder, path.join(making, 'opt'), { recursive: true, force: true });
    cpSync(code.folder, path.join(making, 'own', 'task'), { recursive: true });
    const major = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
    symlinkSync(
      path.join('..', 'opt', 'nodejs', `node${major}`, 'node_modules'),
      path.join(making, 'own', 'node_modules'),
    );
    symlinkSync(path.join('opt', 'nodejs', 'node_modules'), path.join(making, 'node_modules'));
    renameSync(making, home);
    return placed;
  }

  /** Removes everything from disk. */
  close(): void {
    process.removeListener('exit', this.onExit);
    if (this.root !== undefined) rmSync(this.root, { recursive: true, force: true });
    this.root = undefined;
    this.packages.clear();
  }

  private async readObject(code: FunctionCode, caller: Caller): Promise<Uint8Array> {
    if (code.S3Bucket === undefined || code.S3Key === undefined)
      throw invalid('Please provide a source for function code.');
    try {
      const { Body } = await this.kernel.send(
        caller,
        new GetObjectCommand({
          Bucket: code.S3Bucket,
          Key: code.S3Key,
          ...(code.S3ObjectVersion === undefined ? {} : { VersionId: code.S3ObjectVersion }),
        }),
      );
      const body: unknown = Body;
      if (body instanceof Uint8Array) return body;
      throw new TypeError('S3 of the local AWS gives bodies as bytes.');
    } catch (error) {
      if (!(error instanceof AwsError) || error.status >= 500) throw error;
      const denied = error.status === 403;
      throw denied
        ? new AwsError(
            'AccessDeniedException',
            `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${code.S3Bucket}/${code.S3Key}. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
            403,
          )
        : invalid(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`);
    }
  }

  private keep(zip: Uint8Array): CodePackage {
    const digest = createHash('sha256').update(zip).digest();
    const sha256 = digest.toString('base64');
    const known = this.packages.get(sha256);
    if (known !== undefined) return known;
    const home = path.join(this.folder(), digest.toString('hex'));
    const folder = path.join(home, 'task');
    const making = `${home}.${randomBytes(4).toString('hex')}`;
    const { bytes: unzipped, extensions } = unpack(zip, path.join(making, 'task'));
    writeFileSync(path.join(making, 'code.zip'), zip);
    renameSync(making, home);
    const made = { sha256, size: zip.length, folder, zip: path.join(home, 'code.zip'), unzipped, extensions };
    this.packages.set(sha256, made);
    return made;
  }

  private folder(): string {
    if (this.root !== undefined) return this.root;
    this.root = mkdtempSync(path.join(tmpdir(), 'local-aws-lambda-'));
    offerSdk(this.root);
    process.once('exit', this.onExit);
    return this.root;
  }
}

/** Lambda's Node.js runtimes carry the AWS SDK: functions find it beside their code, as they do in AWS. */
function offerSdk(root: string): void {
  const manifest = createRequire(import.meta.url).resolve('@aws-sdk/client-lambda/package.json');
  const scope = path.resolve(path.dirname(manifest), '..');
  mkdirSync(path.join(root, 'node_modules'));
  symlinkSync(scope, path.join(root, 'node_modules', '@aws-sdk'), 'dir');
}

function unpack(zip: Uint8Array, folder: string): { readonly bytes: number; readonly extensions: boolean } {
  let total = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > LARGEST_UNZIPPED) throw invalid(`Unzipped size must be smaller than ${LARGEST_UNZIPPED} bytes`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
  if (Object.keys(files).length === 0) throw invalid('Uploaded file must be a non-empty zip');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    const target = path.resolve(folder, name);
    if (target !== folder && !target.startsWith(folder + path.sep))
      throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
    if (name.endsWith('/')) {
      mkdirSync(target, { recursive: true });
      continue;
    }
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  return { bytes: total, extensions: Object.keys(files).some((name) => /^extensions\/./.test(name)) };
}
