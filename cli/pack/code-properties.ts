import type { LocationForm } from './location.ts';

/** A property by which a template names code or a document, of this machine or in S3. */
export interface CodeProperty {
  /** Names from the resource's properties on. */
  readonly path: readonly string[];
  readonly form: LocationForm;
  /** Always a zip in the end; otherwise a file is taken as it is, and only a folder is zipped. */
  readonly zipped: boolean;
  /** The template's own folder is meant where it is not given. */
  readonly assumed: boolean;
}

const lambda: LocationForm = { bucket: 'S3Bucket', key: 'S3Key', version: 'S3ObjectVersion' };
const object: LocationForm = { bucket: 'Bucket', key: 'Key', version: 'Version' };
const repository: LocationForm = { bucket: 'Bucket', key: 'Key', version: 'ObjectVersion' };
const bundle: LocationForm = { bucket: 'S3Bucket', key: 'S3Key' };

const code = (name: string, form: LocationForm): CodeProperty => ({ path: [name], form, zipped: true, assumed: true });
const file = (form: LocationForm, ...path: readonly string[]): CodeProperty => ({
  path,
  form,
  zipped: false,
  assumed: false,
});

/**
 * Everything that `aws cloudformation package` uploads for a resource, and what `sam package` adds (`AWS::Serverless::HttpApi`).
 * https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
 */
export const codeProperties: Readonly<Record<string, readonly CodeProperty[]>> = {
  'AWS::ApiGateway::RestApi': [file(object, 'BodyS3Location')],
  'AWS::AppSync::FunctionConfiguration': [
    file('uri', 'CodeS3Location'),
    file('uri', 'RequestMappingTemplateS3Location'),
    file('uri', 'ResponseMappingTemplateS3Location'),
  ],
  'AWS::AppSync::GraphQLSchema': [file('uri', 'DefinitionS3Location')],
  'AWS::AppSync::Resolver': [
    file('uri', 'CodeS3Location'),
    file('uri', 'RequestMappingTemplateS3Location'),
    file('uri', 'ResponseMappingTemplateS3Location'),
  ],
  'AWS::CodeCommit::Repository': [{ path: ['Code', 'S3'], form: repository, zipped: true, assumed: false }],
  'AWS::ElasticBeanstalk::ApplicationVersion': [file(bundle, 'SourceBundle')],
  'AWS::Glue::Job': [file('uri', 'Command', 'ScriptLocation')],
  'AWS::Lambda::Function': [code('Code', lambda)],
  'AWS::Lambda::LayerVersion': [code('Content', lambda)],
  'AWS::Serverless::Api': [file(object, 'DefinitionUri')],
  'AWS::Serverless::Function': [code('CodeUri', object)],
  'AWS::Serverless::HttpApi': [file(object, 'DefinitionUri')],
  'AWS::Serverless::LayerVersion': [code('ContentUri', object)],
  'AWS::Serverless::StateMachine': [file(object, 'DefinitionUri')],
  'AWS::StepFunctions::StateMachine': [file(object, 'DefinitionS3Location')],
};

/** The same in SAM's `Globals`: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html */
export const globalCodeProperties: Readonly<Record<string, readonly CodeProperty[]>> = {
  Api: [file(object, 'DefinitionUri')],
  Function: [{ ...code('CodeUri', object), assumed: false }],
};
