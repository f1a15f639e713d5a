const VERSION = '1.0.0';

export const lambdaHandler = async (event) => {
  console.log('asked for', event.path);
  return { statusCode: 200, body: JSON.stringify({ message: 'hello world', version: VERSION }) };
};
