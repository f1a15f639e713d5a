import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { artifactLimits as limits } from '../../core/artifact/limits.ts';
import { readTemplateFile, type TemplateReading } from '../../core/template/parse.ts';
import { problem } from '../../core/values/problems.ts';

/** Is there a file of this path? */
export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Is there a folder of this path? */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Reads the file of a template, which is there. */
export function readTemplateAt(path: string): TemplateReading {
  const name = basename(path);
  const bytes = readFileSync(path);
  if (bytes.length <= limits.templateBytes) return readTemplateFile(bytes, name, 'last');
  const sentence = `"${name}" has ${bytes.length} bytes, and CloudFormation allows ${limits.templateBytes}: split it.`;
  return { problems: [problem('artifact.template-too-large', name, sentence)] };
}
