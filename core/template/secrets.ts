import type { Template } from './template.ts';

/** Is a secret of this name in the template, or one whose name only CloudFormation knows? */
export function mayMakeSecret({ Resources }: Template, name: string): boolean {
  return Object.values(Resources).some(({ Type, Properties }) => {
    const given = Type === 'AWS::SecretsManager::Secret' ? Properties?.['Name'] : undefined;
    return given === name || typeof given === 'object';
  });
}
