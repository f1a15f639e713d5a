'use strict';

const version = '1.0.0';

module.exports.list = async () => ({ statusCode: 200, body: JSON.stringify({ todos: [], version }) });
