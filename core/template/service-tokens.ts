import type { ChangeWarning } from './change-schema.ts';
import type { ChangeSetResource, ChangeTarget } from './change-set.ts';
import { isCustomResource } from './custom-resource.ts';
import { unknownValue } from './known-after-apply.ts';
import { findReferences } from './references.ts';
import { propertyOf, type Template } from './template.ts';

/**
 * Custom resources, as a change set would change them. CloudFormation calls whoever `ServiceToken` names, while the stack is changed and
 * only for what changes; it never lets a custom resource be given to another function.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */

/**
 * Those that a change would give to another function or topic: CloudFormation fails the update in its middle ("Modifying service token is
 * not allowed"). A function that is replaced is another one, and so is each version.
 * @param template that the change set was made of
 * @returns a sentence each
 */
export function movedServiceTokens(changes: readonly ChangeSetResource[], { Resources }: Template): string[] {
  const anew = new Set(
    changes.flatMap(({ Action, Replacement, LogicalResourceId: id = '' }) =>
      Action === 'Add' || Replacement === 'True' ? [id] : [],
    ),
  );
  return modifiedCustom(changes).flatMap(({ Details = [], LogicalResourceId: id = '', ResourceType = '' }) => {
    const targets = Details.flatMap(({ Target }) => (Target?.Name === TOKEN ? [Target] : []));
    const referred = findReferences(propertyOf(Resources[id], TOKEN)).parametersAndResources;
    const moved = valuesDiffer(targets) ?? (targets.length > 0 && [...referred].some((name) => anew.has(name)));
    if (!moved) return [];
    return [
      `${id} (${ResourceType}) would be given to another function, which CloudFormation does not allow ("Modifying service token is not allowed"): keep the function that its ServiceToken names, with its logical id and name, and name the function or an alias, no version. Or give ${id} another logical id, too: the new function makes it anew, and what was made before is deleted by the former one once the release has proven itself.`,
    ];
  });
}

/**
 * What a person has to know of custom resources that a change calls: what they do happens at once, whatever the rollout.
 * @param pinned logical ids of aliases that go on serving the former version while the stack is changed
 */
export function customWarnings(
  changes: readonly ChangeSetResource[],
  { Resources }: Template,
  pinned: readonly string[],
): ChangeWarning[] {
  const called = [...changes.filter(({ Action }) => Action === 'Add').filter(isCustom), ...modifiedCustom(changes)];
  return called
    .filter(isCalled)
    .flatMap(({ Action, LogicalResourceId: logicalId = '', ResourceType = '' }): ChangeWarning[] => {
      const referred = findReferences(propertyOf(Resources[logicalId], TOKEN)).parametersAndResources;
      const alias = pinned.find((id) => referred.has(id));
      const what = `${logicalId} (${ResourceType})`;
      if (alias !== undefined) {
        const sentence = `${what} is ${Action === 'Add' ? 'made' : 'changed'} by way of the alias ${alias}, which still serves the former version while the stack is changed: code of this release has no part in it. What needs the new code names the function itself, under another logical id.`;
        return [{ code: 'custom-by-former-version', logicalId, sentence }];
      }
      if (Action === 'Add') return [];
      const sentence = `${what} is changed by its function as soon as the stack is changed, for the version in service, too; a rollback has it changed back. Where the function answers with another id, what it made before is deleted at once.`;
      return [{ code: 'custom-resource-changed', logicalId, sentence }];
    });
}

const TOKEN = 'ServiceToken';

function modifiedCustom(changes: readonly ChangeSetResource[]): ChangeSetResource[] {
  return changes.filter(({ Action }) => Action === 'Modify').filter(isCustom);
}

function isCustom({ ResourceType = '' }: ChangeSetResource): boolean {
  return isCustomResource(ResourceType);
}

/** A function that changes has its ARN named among what may change; nobody is called for that. */
function isCalled({ Action, Details = [] }: ChangeSetResource): boolean {
  return Action === 'Add' || Details.some(({ Target }) => Target?.Attribute === 'Properties' && Target.Name !== TOKEN);
}

/** Undefined where the values are not known. */
function valuesDiffer(targets: readonly ChangeTarget[]): boolean | undefined {
  const known = targets.flatMap(({ BeforeValue, AfterValue }) =>
    BeforeValue === undefined || AfterValue === undefined || AfterValue.includes(unknownValue)
      ? []
      : [BeforeValue !== AfterValue],
  );
  return known.length === 0 ? undefined : known.includes(true);
}
