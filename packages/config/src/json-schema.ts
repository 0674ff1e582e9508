import { toJsonSchema } from './read-document.js';
import type { SchemaNode } from './schema-at.js';
import { configSchema } from './schema/config-schema.js';

/**
 * The JSON Schema of a configuration, for editors: what `$schema` names. It is published as `@occlum/config/occlum.schema.json`.
 *
 * Source: draft 2020-12.
 */
export function jsonSchema(): SchemaNode {
  return toJsonSchema(configSchema);
}
