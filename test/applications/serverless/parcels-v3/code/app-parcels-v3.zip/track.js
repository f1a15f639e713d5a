const version = '1.0.0';

exports.handler = async ({ Records }) => {
  for (const { Sns } of Records) console.log(JSON.stringify({ ...JSON.parse(Sns.Message), version }));
};
