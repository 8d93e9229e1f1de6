// The tables of a MySQL database in one form, {table: {columns, indexes, foreignKeys}}, once as the database has them,
// once as a schema of Prisma says.

/** What is in `database`, but for the table of Prisma itself. `query(sql, values)` gives rows. */
export async function tablesInDatabase(query, database) {
  const tables = {};
  for (const { tableName, name, type, nullable, value, extra } of await query(kColumns, [database])) {
    const table = (tables[tableName] ??= { columns: {}, indexes: {}, foreignKeys: {} });
    table.columns[name] = {
      type: type.replace(/^(int|bigint)\(\d+\)/, '$1'),
      nullable: nullable === 'YES',
      generated: /GENERATED/.test(extra),
      byDefault: extra === 'auto_increment' ? extra : literal(value),
    };
  }
  for (const { tableName, name, notUnique, field } of await query(kIndexes, [database]))
    (tables[tableName].indexes[name] ??= { isUnique: !Number(notUnique), fields: [] }).fields.push(field);
  for (const { tableName, name, field, target, targetField, ...rules } of await query(kForeignKeys, [database])) {
    const key = (tables[tableName].foreignKeys[name] ??= { fields: [], target, targetFields: [], ...rules });
    key.fields.push(field);
    key.targetFields.push(targetField);
  }
  return tables;
}

const kColumns = `
  SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
         COLUMN_DEFAULT AS value, EXTRA AS extra
  FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME <> '_prisma_migrations' ORDER BY ORDINAL_POSITION`;
const kIndexes = `
  SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, NON_UNIQUE AS notUnique,
         CONCAT(COLUMN_NAME, COALESCE(CONCAT('(', SUB_PART, ')'), '')) AS field
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME <> '_prisma_migrations' ORDER BY SEQ_IN_INDEX`;
const kForeignKeys = `
  SELECT k.TABLE_NAME AS tableName, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS field,
         k.REFERENCED_TABLE_NAME AS target, k.REFERENCED_COLUMN_NAME AS targetField,
         r.DELETE_RULE AS onDelete, r.UPDATE_RULE AS onUpdate
  FROM information_schema.KEY_COLUMN_USAGE k
  JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME
   AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
  WHERE k.CONSTRAINT_SCHEMA = ? ORDER BY k.ORDINAL_POSITION`;

// A default as MariaDB writes it: 'text', 5, current_timestamp(3), NULL.
function literal(value) {
  if (value === null || value === 'NULL') return null;
  return value.replace(/^'(.*)'$/s, '$1');
}

/** What `model` (Prisma's DMMF of the schema `text`) says. */
export function tablesInSchema(model, text) {
  const tables = model.models.map(({ name, dbName, fields }) => [
    dbName ?? name,
    {
      columns: Object.fromEntries(fields.filter(isColumn).map((field) => [field.dbName ?? field.name, column(field)])),
      indexes: Object.fromEntries(model.indexes.filter((index) => index.model === name).map(index)),
      foreignKeys: Object.fromEntries(fields.filter(isForeignKey).map((field) => foreignKey(name, field, text))),
    },
  ]);
  return Object.fromEntries(tables);
}

const isColumn = ({ kind }) => kind !== 'object';
const isForeignKey = ({ relationFromFields }) => relationFromFields?.length > 0;

const kTypes = { String: 'varchar(191)', Int: 'int', BigInt: 'bigint', Boolean: 'tinyint(1)', DateTime: 'datetime(3)' };
const kFunctions = { now: 'current_timestamp(3)', autoincrement: 'auto_increment', dbgenerated: null };

function column({ type, nativeType, isRequired, default: value }) {
  const native = nativeType && `${nativeType[0].toLowerCase()}${nativeType[1].length ? `(${nativeType[1]})` : ''}`;
  return {
    type: native ?? kTypes[type],
    nullable: !isRequired,
    generated: value?.name === 'dbgenerated',
    byDefault: columnDefault(value),
  };
}

function columnDefault(value) {
  if (value === undefined) return null;
  if (typeof value === 'object') return kFunctions[value.name];
  return String(typeof value === 'boolean' ? Number(value) : value);
}

function index({ model, type, dbName, fields }) {
  const names = fields.map(({ name }) => name);
  const usual = { id: 'PRIMARY', unique: `${model}_${names.join('_')}_key`, normal: `${model}_${names.join('_')}_idx` };
  return [dbName ?? usual[type], { isUnique: type !== 'normal', fields: names }];
}

function foreignKey(model, field, text) {
  const { relationFromFields: fields, relationToFields: targetFields, type: target } = field;
  const rule = (word) => word.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
  const name = givenName(model, field, text) ?? `${model}_${fields.join('_')}_fkey`;
  const { relationOnDelete, relationOnUpdate } = field;
  return [name, { fields, target, targetFields, onDelete: rule(relationOnDelete), onUpdate: rule(relationOnUpdate) }];
}

// The one thing about a relation that the DMMF leaves out: map: "…".
function givenName(model, { name }, text) {
  const [block] = new RegExp(`^model ${model} \\{.*?^\\}`, 'ms').exec(text);
  const [line] = new RegExp(`^\\s+${name}\\s.*@relation.*$`, 'm').exec(block);
  return /map: "(\w+)"/.exec(line)?.[1];
}
