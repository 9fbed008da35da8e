/** One step of the schema. `name` is stored by knex and never changes; up and down are tested with rows in place. */
export interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}
