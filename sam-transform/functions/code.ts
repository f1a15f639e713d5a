import { codeLocation } from '../code-location.ts';
import { resourceProblem } from '../model/errors.ts';
import { isFilled, isGiven, type Fields } from '../model/values.ts';

/** Where a function's code is, by its package type. @throws Problem */
export function functionCode(id: string, properties: Fields): Fields {
  const type = isFilled(properties.PackageType) ? properties.PackageType : 'Zip';
  if (type === 'Image') return imageCode(id, properties);
  if (type !== 'Zip') throw resourceProblem(id, `invalid 'PackageType' : ${String(type)}`);
  const code = zipCode(id, properties);
  return isFilled(properties.SourceKMSKeyArn) ? { ...code, SourceKMSKeyArn: properties.SourceKMSKeyArn } : code;
}

function zipCode(id: string, { InlineCode, CodeUri }: Fields): Fields {
  if (isGiven(InlineCode)) return { ZipFile: InlineCode };
  if (isGiven(CodeUri)) return codeLocation(id, 'CodeUri', CodeUri);
  throw resourceProblem(id, "Only one of 'InlineCode' or 'CodeUri' can be set.");
}

function imageCode(id: string, { ImageUri }: Fields): Fields {
  if (!isGiven(ImageUri)) throw resourceProblem(id, "'ImageUri' must be set.");
  if (!isFilled(ImageUri))
    throw resourceProblem(id, "'ImageUri' requires that a image hosted at a registry be specified.");
  return { ImageUri };
}

/** @throws Problem where properties do not belong to the package type, or the type lacks some */
export function requirePackageProperties(id: string, properties: Fields): void {
  const { Runtime, Handler, ImageConfig, Layers, PackageType } = properties;
  if (PackageType === 'Image') {
    if ([Handler, Runtime, Layers].some(isFilled))
      throw resourceProblem(id, 'Runtime, Handler, Layers cannot be present when PackageType is of type `Image`');
    return;
  }
  if (!isFilled(Runtime) || !isFilled(Handler))
    throw resourceProblem(id, 'Runtime and Handler needs to be present when PackageType is of type `Zip`');
  if (isFilled(ImageConfig))
    throw resourceProblem(id, 'ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`');
}
