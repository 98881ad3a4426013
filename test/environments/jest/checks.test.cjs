const { testChecks } = require('../app/test-checks.cjs');

const entries = { ...require('ump-ng'), ...require('ump-ng/actors'), ...require('ump-ng/sync') };
testChecks({ ...entries, comlink: require('ump-ng/comlink') }, jest);
