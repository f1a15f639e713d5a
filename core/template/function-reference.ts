import { referenceText, textsOf } from './symbolic-text.ts';
import { propertyOf, type Template } from './template.ts';

/** Is it a function, made or to be made by SAM's transform? */
export function isFunction(type: string): boolean {
  return type === 'AWS::Lambda::Function' || type === 'AWS::Serverless::Function';
}

/**
 * The function of the template that a property means, however it is written: by reference, by the name that the function's own
 * `FunctionName` gives it, or by an ARN that ends with either. Undefined for a function that is not in the template, and where a
 * condition decides between two.
 */
export function functionMeant(template: Template, value: unknown): string | undefined {
  const named = (textsOf(value) ?? []).map((text) => text.replace(/^.*:function:/, ''));
  const meant = Object.entries(template.Resources).filter(([id, resource]) => {
    if (!isFunction(resource.Type)) return false;
    const own = textsOf(propertyOf(resource, 'FunctionName')) ?? [];
    return [referenceText(id), referenceText(`${id}.Arn`), ...own].some((name) => named.includes(name));
  });
  return meant.length === 1 ? meant[0]?.[0] : undefined;
}
