import { eventProblem } from '../model/errors.ts';
import { isIntrinsic } from '../model/intrinsics.ts';
import { requireMap } from '../model/shape.ts';
import { isFilled, isGiven, isList, isMap, isText, mapOf, said, type Fields } from '../model/values.ts';
import { integrated, INTEGRATION, isVersion3, sectionOf } from './definition.ts';

/** The method of an event. */
export interface MethodOf {
  readonly name: string;
  readonly path: string;
  readonly method: string;
}

/** The model that a request must be of, and the validator that looks. @throws Problem */
export function addRequestModel(
  of: MethodOf,
  given: unknown,
  api: { readonly properties: Fields },
  body: Fields,
): void {
  const { name, path, method } = of;
  const request = requireMap(name, 'RequestModel', given, eventProblem);
  const model = request.Model;
  if (!isFilled(model)) return;
  const about = `Unable to set RequestModel [${said(model)}] on API method [${method}] for path [${path}] because`;
  const { Models: models } = api.properties;
  if (!isFilled(models)) throw eventProblem(name, `${about} the related API does not define any Models.`);
  if (!isIntrinsic(models) && !isMap(models))
    throw eventProblem(name, `${about} the related API Models defined is of invalid type.`);
  if (!isText(model)) throw eventProblem(name, `${about} the related API does not contain valid Models.`);
  if (!isFilled(mapOf(models)[model])) throw eventProblem(name, `${about} it wasn't defined in the API's Models.`);
  for (const operation of integrated(body, path, method))
    setModel(operation, model.toLowerCase(), request.Required, body);
  addValidator(of, model, request, body);
}

function setModel(operation: Fields, model: string, isRequired: unknown, body: Fields): void {
  const needed = isGiven(isRequired) ? { required: isRequired } : {};
  if (isGiven(body.swagger)) {
    const parameter = { in: 'body', name: model, schema: { $ref: `#/definitions/${model}` }, ...needed };
    operation.parameters = [...(isList(operation.parameters) ? operation.parameters : []), parameter];
  } else if (isVersion3(body.openapi))
    operation.requestBody = {
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${model}` } } },
      ...needed,
    };
}

function addValidator({ name, path, method }: MethodOf, model: string, request: Fields, body: Fields): void {
  const { ValidateBody, ValidateParameters } = request;
  if (!isGiven(ValidateBody) && !isGiven(ValidateParameters)) return;
  const [ofBody, ofParameters] = [ValidateBody ?? false, ValidateParameters ?? false];
  if (typeof ofBody !== 'boolean' || typeof ofParameters !== 'boolean')
    throw eventProblem(
      name,
      `Unable to set Validator to RequestModel [${model}] on API method [${method}] for path [${path}] ValidateBody and ValidateParameters must be a boolean type, strings or intrinsics are not supported.`,
    );
  const validator = validatorName(ofBody, ofParameters);
  sectionOf(body, 'x-amazon-apigateway-request-validators')[validator] ??= {
    validateRequestBody: ofBody,
    validateRequestParameters: ofParameters,
  };
  for (const operation of integrated(body, path, method))
    operation['x-amazon-apigateway-request-validator'] = validator;
}

function validatorName(ofBody: boolean, ofParameters: boolean): string {
  if (ofBody) return ofParameters ? 'body-and-params' : 'body-only';
  return ofParameters ? 'params-only' : 'no-validation';
}

interface RequestParameter {
  readonly name: string;
  readonly isRequired: unknown;
  readonly isCached: unknown;
}

/** The parameters that a request may or must have. @throws Problem */
export function addRequestParameters({ name, path, method }: MethodOf, given: unknown, body: Fields): void {
  const parameters = (isList(given) ? given : []).map((one) => readParameter(name, one));
  for (const operation of integrated(body, path, method)) {
    const before = isList(operation.parameters) ? operation.parameters : [];
    operation.parameters = [...before, ...parameters.map(describeParameter)];
    const cached = parameters.filter(({ isCached }) => isFilled(isCached)).map((one) => one.name);
    const integration = mapOf(operation[INTEGRATION]);
    const keys = isList(integration.cacheKeyParameters) ? integration.cacheKeyParameters : [];
    if (cached.length > 0) integration.cacheKeyParameters = [...keys, ...cached];
  }
}

function describeParameter({ name, isRequired }: RequestParameter): Fields {
  const [location = '', ...rest] = name.replace('method.request.', '').split('.');
  return {
    in: location === 'querystring' ? 'query' : location,
    name: rest.join('.'),
    required: isRequired,
    type: 'string',
  };
}

function readParameter(event: string, given: unknown): RequestParameter {
  const invalid = (text: string) => eventProblem(event, `Invalid value for 'RequestParameters' property. ${text}`);
  const [name, settings] = isText(given) ? [given, {}] : (Object.entries(mapOf(given))[0] ?? []);
  if (name === undefined || !(isText(given) || isMap(given)))
    throw invalid('Property must be either a string or an object');
  if (!/^method\.request\.(querystring|path|header)\./.test(name))
    throw invalid(
      "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'.",
    );
  if (!isMap(settings) || Object.keys(settings).some((key) => key !== 'Required' && key !== 'Caching'))
    throw invalid('Values must be an object, e.g { Required: true, Caching: false }');
  return { name, isRequired: settings.Required ?? false, isCached: settings.Caching ?? false };
}
