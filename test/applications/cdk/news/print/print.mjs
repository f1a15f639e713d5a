const version = '1.0.0';

export const handler = async ({ Records }) => {
  for (const { Sns } of Records) console.log(JSON.stringify({ ...JSON.parse(Sns.Message), version }));
};
