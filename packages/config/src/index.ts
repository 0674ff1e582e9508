export { ConfigError, formatPath, formatProblem } from './config-error.js';
export type { ConfigProblem } from './config-error.js';
export type { ConfigPath } from './config-document.js';
export { jsonSchema } from './json-schema.js';
export { readConfig } from './read-config.js';
export type { ReadConfig } from './read-config.js';
export type { Config } from './schema/config-schema.js';
export { parseSize } from './size.js';
