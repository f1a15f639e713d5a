import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Parameter,
  UpdateStackCommand,
  type UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { setTimeout } from 'node:timers/promises';
import type { LocalAws } from 'local-aws';
import { ENGINE } from '../../local/sandbox.ts';

const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(z.string(), z.unknown()),
});
type Template = z.infer<typeof templateSchema>;

/** Changes stacks of a target account without the engine, as its administrator. */
export class StackAdministrator {
  readonly cloudFormation: CloudFormationClient;

  constructor(
    readonly aws: LocalAws,
    account: string,
    region: string = ENGINE.region,
  ) {
    this.cloudFormation = aws.client(CloudFormationClient, { account, region });
  }

  /** Creates a stack and waits until it is at rest. @returns its status */
  async create(StackName: string, template: object, more: Partial<CreateStackCommandInput> = {}): Promise<string> {
    const TemplateBody = JSON.stringify(template);
    await this.cloudFormation.send(
      new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'], ...more }),
    );
    return this.waitUntilAtRest(StackName);
  }

  /** Begins an update. */
  async update(StackName: string, template: object, more: Partial<UpdateStackCommandInput> = {}): Promise<void> {
    const TemplateBody = JSON.stringify(template);
    await this.cloudFormation.send(
      new UpdateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'], ...more }),
    );
  }

  /** Deletes a stack and waits until it is gone. */
  async delete(StackName: string): Promise<void> {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName }));
    await this.waitUntilAtRest(StackName);
  }

  /** `gone` where there is none. */
  async status(StackName: string): Promise<string> {
    try {
      const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName }));
      return Stacks?.[0]?.StackStatus ?? 'gone';
    } catch (error) {
      if (error instanceof Error && error.message.includes('does not exist')) return 'gone';
      throw error;
    }
  }

  /** The stack's tags, by key. */
  async tags(StackName: string): Promise<Record<string, string>> {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries((Stacks?.[0]?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  /** Waits until nothing is under way. @returns the status */
  async waitUntilAtRest(StackName: string): Promise<string> {
    for (let wait = 25; ; wait = Math.min(wait * 1.5, 250)) {
      const status = await this.status(StackName);
      if (status === 'REVIEW_IN_PROGRESS' || !status.endsWith('_IN_PROGRESS')) return status;
      await setTimeout(wait);
    }
  }

  /** The template a stack was deployed with, and parameters that keep their values. */
  async deployed(StackName: string): Promise<{ template: Template; parameters: Parameter[] }> {
    const { TemplateBody = '' } = await this.cloudFormation.send(new GetTemplateCommand({ StackName }));
    const template = templateSchema.parse(JSON.parse(TemplateBody));
    const parameters = Object.keys(template.Parameters ?? {}).map((ParameterKey) => ({
      ...{ ParameterKey, UsePreviousValue: true },
    }));
    return { template, parameters };
  }

  /** Physical ids of a stack's resources, by logical id. */
  async resources(StackName: string): Promise<Record<string, string>> {
    const { StackResources = [] } = await this.cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
    return Object.fromEntries(
      StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
  }
}
