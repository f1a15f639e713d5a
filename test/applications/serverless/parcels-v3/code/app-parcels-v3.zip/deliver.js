const version = '1.0.0';

exports.handler = async ({ Records }) => {
  for (const { body } of Records) console.log(JSON.stringify({ ...JSON.parse(body), version }));
};
