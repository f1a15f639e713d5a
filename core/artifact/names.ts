import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { artifactLimits } from './limits.ts';
import { cutText, firstUnsafe } from '../values/text.ts';

/** What is wrong with the name of an entry, regardless of its content. */
export function nameProblems(name: string): Problem[] {
  const shown = cutText(name, 200);
  if (name === '' || firstUnsafe(name) !== undefined || Buffer.byteLength(name) > artifactLimits.nameBytes) {
    const sentence = `The entry name ${JSON.stringify(shown)} is empty, too long or holds characters that act or hide: rename it.`;
    return [problem('artifact.name-unusable', shown, sentence)];
  }
  if (name.startsWith('/') || name.startsWith('\\') || /^[A-Za-z]:/.test(name)) {
    return [
      problem('artifact.path-absolute', shown, `"${shown}" is an absolute path: pack with paths relative to the root.`),
    ];
  }
  const segments = name.split(/[/\\]/);
  if (segments.some((segment) => segment === '..' || segment === '.')) {
    return [
      problem('artifact.path-escapes', shown, `"${shown}" leads out of the archive: remove "." and ".." from paths.`),
    ];
  }
  if (name.includes('\\')) {
    return [problem('artifact.name-unusable', shown, `"${shown}" holds a backslash: separate folders by "/".`)];
  }
  return expectedName(name) ? [] : [unexpected(shown)];
}

/** The artifact has a flat shape: manifest and template at the root, assets named by their digest. */
function expectedName(name: string): boolean {
  return name === 'assets/' || isRootDocument(name) || assetDigest(name) !== undefined;
}

/** May a file of this name be the manifest or a template? */
export function isRootDocument(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*\.(json|ya?ml)$/.test(name);
}

/** The digest an asset is named by; undefined for any other name. */
export function assetDigest(name: string): string | undefined {
  return /^assets\/(?<digest>[0-9a-f]{64})\.zip$/.exec(name)?.groups?.['digest'];
}

function unexpected(name: string): Problem {
  return name.startsWith('assets/')
    ? problem('artifact.asset-name', name, `"${name}" must be named by its own digest: assets/<sha256>.zip.`)
    : problem('artifact.unexpected-file', name, `"${name}" does not belong in an artifact: remove it.`);
}
