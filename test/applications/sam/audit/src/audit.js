const version = '1.0.0';

exports.handler = async ({ Records }) => {
  for (const { eventName, dynamodb } of Records)
    console.log(JSON.stringify({ eventName, id: dynamodb.Keys.id.S, version }));
};
