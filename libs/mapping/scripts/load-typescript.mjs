/**
 * `node --import ./libs/mapping/scripts/load-typescript.mjs …`: lets Node import the TypeScript source of the libraries as native ESM,
 * for scripts that need the code before there is a build.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
