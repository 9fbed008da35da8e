/** One step of the schema. `name` is what the database remembers: never rename one that has been released. */
export interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}
