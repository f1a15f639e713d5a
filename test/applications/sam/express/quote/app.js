const VERSION = '1.0.0';

exports.handler = async ({ id }) => {
  const quote = { id, price: 12, version: VERSION };
  console.log(JSON.stringify(quote));
  return quote;
};
