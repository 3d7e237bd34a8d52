const { TestEnvironment } = require('jest-environment-node');
const { isNativeError } = require('node:util/types');

/**
 * Jest gives each test file globals of its own, so errors that Node's modules throw are not `instanceof Error` there,
 * though they are in the product. This makes both the same; subclasses are told apart as ever.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    const { Error: OwnError } = this.global;
    const ordinary = Function.prototype[Symbol.hasInstance];
    Object.defineProperty(OwnError, Symbol.hasInstance, {
      value(thing) {
        return (this === OwnError && isNativeError(thing)) || ordinary.call(this, thing);
      },
    });
  }
};
