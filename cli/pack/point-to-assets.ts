import type { Problem } from '../../core/values/problems.ts';
import { recordOf } from '../../core/values/records.ts';
import { assetBucketDeclaration, assetBucketParameter } from '../../core/template/asset-bucket.ts';
import { readAsset, type Asset, type AssetReading, type Surroundings } from './assets.ts';
import { includeLocal } from './include.ts';
import { assetLocation, isS3Address, s3Location } from './location.ts';
import { codePlaces, placeName, replaceAt, type CodePlace, type TemplateDocument } from './places.ts';

/** Code that went in. */
export interface TakenIn {
  /** Of the property in the template. */
  readonly place: string;
  readonly asset: Asset;
}

/** A template that names its own artifact's assets, and everything that keeps it from being packed. */
export interface PointedTemplate {
  readonly template: TemplateDocument;
  readonly taken: readonly TakenIn[];
  readonly problems: readonly Problem[];
}

/** Makes assets of all code and documents that a template names by a path, and names these instead. */
export function pointToAssets(written: TemplateDocument, around: Surroundings): PointedTemplate {
  const included = includeLocal(written, around);
  const whole = recordOf(included.value);
  const taken: TakenIn[] = [];
  const problems: Problem[] = [...included.problems];
  const read = readingOnce(around);
  let template = whole;
  for (const place of codePlaces(whole)) {
    if (typeof place.value !== 'string') continue;
    if (isS3Address(place.value)) {
      template = recordOf(replaceAt(template, place.path, s3Location(place.property.form, place.value)));
      continue;
    }
    if (around.built === true && place.property.assumed && place.value === '.') continue;
    const reading = read(place.value, place);
    if ('problems' in reading) {
      problems.push(...reading.problems);
      continue;
    }
    taken.push({ place: placeName(place), asset: reading.asset });
    template = recordOf(replaceAt(template, place.path, assetLocation(place.property.form, reading.asset.sha256)));
  }
  return { template: taken.length === 0 ? template : withAssetBucket(template), taken, problems };
}

/** What several functions name is read once. */
function readingOnce(around: Surroundings): (text: string, place: CodePlace) => AssetReading {
  const known = new Map<string, AssetReading>();
  return (text, place) => {
    const key = `${String(place.property.zipped)} ${text}`;
    const before = known.get(key);
    if (before !== undefined && 'asset' in before) return before;
    const reading = readAsset(text, place, around);
    known.set(key, reading);
    return reading;
  };
}

/** The template with the parameter by which it names its assets' bucket. */
export function withAssetBucket(template: TemplateDocument): TemplateDocument {
  const parameters = { ...recordOf(template['Parameters']), [assetBucketParameter]: assetBucketDeclaration };
  return { ...template, Parameters: parameters };
}
