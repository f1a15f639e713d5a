'use strict';
var r = Object.defineProperty;
var n = (e, t) => r(e, 'main', { get: t, enumerable: !0 });
n(exports, () => o);
var s = '1.0.0',
  a = (e) => ({ path: e, version: s }),
  o = async (e) => ({ statusCode: 200, body: JSON.stringify(a(e.path)) });
//# sourceMappingURL=handler.js.map
