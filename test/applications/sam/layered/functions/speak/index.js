const { shout } = require('shout');

exports.handler = async () => ({ said: shout('hello'), version: '1.0.0' });
