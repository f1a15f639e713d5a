const version = '1.0.0';

exports.handler = async ({ Records }) => {
  for (const { dynamodb } of Records) console.log(JSON.stringify({ indexed: dynamodb.Keys.id.S, version }));
};
