exports.answer = (body) => ({ statusCode: 200, body: JSON.stringify({ ...body, version: '1.0.0' }) });
