const { answer } = require('./answer');

exports.handler = async ({ pathParameters }) => answer({ pet: pathParameters.id });
