const version = '1.0.0';

/** What every way in brings, in the shape of each. */
exports.handler = async (event) => {
  const [record] = event.Records ?? [];
  const text = record?.Sns?.Message ?? record?.body;
  const uploaded = record?.s3?.object.key;
  const told = uploaded === undefined ? (event.detail ?? event) : { id: uploaded };
  const { id } = text === undefined ? told : JSON.parse(text);
  console.log(JSON.stringify({ id, version }));
  return { statusCode: 200, body: JSON.stringify({ version }) };
};
