/** A jest transform: compiles packages that ship ESM only to CommonJS and leaves all others as they are. */
const { transformSync } = require('@swc/core');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const version = '1:' + require('@swc/core/package.json').version;
const typeByFolder = new Map();

/** The module type of a folder as Node decides it: the nearest package.json, not beyond node_modules. */
function typeOf(folder) {
  const known = typeByFolder.get(folder);
  if (known) return known;
  const type = readType(folder);
  typeByFolder.set(folder, type);
  return type;
}

function readType(folder) {
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).type ?? 'commonjs';
  const parent = path.dirname(folder);
  return path.basename(folder) === 'node_modules' || parent === folder ? 'commonjs' : typeOf(parent);
}

const isEsm = (file) => file.endsWith('.mjs') || (!file.endsWith('.cjs') && typeOf(path.dirname(file)) === 'module');

const toCommonJs = {
  swcrc: false,
  configFile: false,
  jsc: { target: 'es2023', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs', ignoreDynamic: false },
};

module.exports = {
  getCacheKey: (source, file) =>
    createHash('sha1')
      .update(version + file)
      .update(source)
      .digest('hex'),
  process: (source, file) =>
    isEsm(file) ? transformSync(source, { ...toCommonJs, filename: file }) : { code: source },
};
