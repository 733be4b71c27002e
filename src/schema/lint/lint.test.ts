import { beforeAll, describe, expect, it, test } from 'vitest';
import { type LintFinding, lintSql } from './lint.js';
import { loadSqlParser, type SqlParser } from './parser.js';
import { RULE_IDS, type RuleId } from './rule.js';

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const SAFE = `set lock_timeout = '2s';\n`;
const NEW = 'create table public.t (id int);\n';

function lint(...sqls: string[]): LintFinding[] {
  return lintSql(
    parser,
    sqls.map((sql, index) => ({ path: `${index + 1}.sql`, sql })),
  );
}

function rulesOf(...sqls: string[]): string[] {
  return lint(...sqls).map(({ rule }) => rule);
}

interface Case {
  /** What the rule remarks on. */
  readonly found: readonly string[];
  /** What is near it, and fine. */
  readonly fine: readonly string[];
}

/** Each has a lock timeout before it, but for the rule about that. */
const CASES: Readonly<Record<RuleId, Case>> = {
  'index-not-concurrent': {
    found: ['create index i on t (a)', 'create unique index on app."T" (lower(a))'],
    fine: ['create index concurrently i on t (a)', `${NEW}create index i on t (id)`],
  },
  'drop-index-not-concurrent': {
    found: ['drop index i', 'drop index if exists app.i, j cascade'],
    fine: ['drop index concurrently i', `${NEW}create index i on t (id); drop index i`],
  },
  'column-not-null-without-default': {
    found: [
      'alter table t add column a int not null',
      'alter table t add a text collate "C" not null, add b int',
    ],
    fine: [
      'alter table t add column a int',
      'alter table t add column a int not null default 0',
      'alter table t add column a timestamptz not null default now()',
      `${NEW}alter table t add column a int not null`,
    ],
  },
  'column-rewrites-table': {
    found: [
      'alter table t add column a uuid default gen_random_uuid()',
      'alter table t add column a double precision not null default (1 + random())',
      'alter table t add column a bigserial',
      'alter table t add column a int generated always as identity',
      'alter table t add column a int generated always as (b + 1) stored',
      'alter table t add column a text default my_function()',
    ],
    fine: [
      `alter table t add column a jsonb default '{}'::jsonb`,
      'alter table t add column a timestamptz default now(), add column b date default current_date',
      `alter table t add column a text default current_setting('app.name', true)`,
      'alter table t add column a int generated always as (b + 1) virtual',
      'alter table t alter column a set default gen_random_uuid()',
    ],
  },
  'column-type-change': {
    found: [
      'alter table t alter column a type bigint',
      'alter table t alter a set data type text using a::text',
    ],
    fine: ['alter table t alter column a set default 1', `${NEW}alter table t alter column id type bigint`],
  },
  'set-not-null-scans': {
    found: [
      'alter table t alter column a set not null',
      'alter table t add constraint c check (a is not null) not valid; alter table t alter a set not null',
      'alter table t add constraint c not null a',
    ],
    fine: [
      'alter table t alter column a drop not null',
      'alter table t add constraint c check (a is not null) not valid; alter table t validate constraint c; alter table t alter a set not null',
      'alter table t add constraint c not null a not valid',
      `${NEW}alter table t alter column id set not null`,
    ],
  },
  'constraint-validates': {
    found: [
      'alter table t add constraint c check (a > 0)',
      'alter table t add foreign key (a) references u (id)',
      'alter table t add column a int check (a > 0)',
      'alter table t add column a int default 1 references u (id)',
    ],
    fine: [
      'alter table t add constraint c check (a > 0) not valid',
      'alter table t add foreign key (a) references u (id) not valid',
      'alter table t validate constraint c',
      'alter table t add column a int references u (id)',
      `${NEW}alter table t add foreign key (id) references u (id)`,
    ],
  },
  'unique-builds-index': {
    found: [
      'alter table t add constraint c unique (a)',
      'alter table t add primary key (a)',
      'alter table t add column a int unique',
      'alter table t add constraint c exclude using gist (a with &&)',
    ],
    fine: [
      'alter table t add constraint c unique using index i',
      'alter table t add constraint c primary key using index i',
      `${NEW}alter table t add primary key (id)`,
    ],
  },
  'rename-table': {
    found: ['alter table t rename to u', 'alter table t set schema app'],
    fine: ['alter index i rename to j', 'alter view v rename to w', `${NEW}alter table t rename to u`],
  },
  'rename-column': {
    found: ['alter table t rename column a to b', 'alter table app.t rename a to b'],
    fine: ['alter table t rename constraint a to b', `${NEW}alter table t rename id to b`],
  },
  'drop-table': {
    found: ['drop table t', 'drop table if exists t cascade'],
    fine: ['drop view v', `${NEW}drop table t`],
  },
  'drop-column': {
    found: ['alter table t drop column a', 'alter table t drop a cascade'],
    fine: ['alter table t drop constraint a', `${NEW}alter table t drop column id`],
  },
  truncate: {
    found: ['truncate t', 'truncate t, u restart identity cascade'],
    fine: ['delete from t where a < 1', `${NEW}truncate public.t`],
  },
  'lock-table': {
    found: ['lock table t', 'lock t in share mode'],
    fine: ['select pg_advisory_xact_lock(1)', `${NEW}lock table t`],
  },
  'blocking-maintenance': {
    found: ['vacuum full t', 'vacuum (full, analyze) t', 'cluster t using i', 'reindex table t'],
    fine: ['vacuum t', 'analyze t', 'reindex table concurrently t', 'reindex (concurrently) index i'],
  },
  'concurrently-in-transaction': {
    found: [
      'begin; create index concurrently i on t (a); commit',
      'start transaction; drop index concurrently i; commit',
      'begin; reindex index concurrently i; commit',
      'begin; vacuum t; commit',
    ],
    fine: ['create index concurrently i on t (a)', 'begin; select 1; commit; drop index concurrently i'],
  },
  'lock-timeout-missing': {
    found: ['alter table t add column a int', 'drop index concurrently i; alter table t add column a int'],
    fine: [
      'create index concurrently i on t (a)',
      `set local lock_timeout = '1s'; alter table t add column a int`,
      `set lock_timeout to 1000; alter table t add column a int`,
      `select set_config('lock_timeout', '1s', true); alter table t add column a int`,
      `${NEW}alter table t add column a int`,
      'insert into t values (1)',
    ],
  },
  'whole-table-write': {
    found: ['update t set a = 1', 'delete from t'],
    fine: [
      'update t set a = 1 where id < 1000',
      'delete from t where id < 1000',
      `${NEW}update t set id = 1`,
    ],
  },
  'table-not-adopted': {
    found: [
      'create table note (id int, tenant_id text)',
      'create table note (id int, "organizationId" uuid)',
      `create table note (id int, org text); select aquifer.adopt('other')`,
    ],
    fine: [
      'create table country (code text, tenants int)',
      `create table note (id int, org text); select aquifer.adopt('public.note', tenant => 'org')`,
      `create table app."Note" (id int, tenant_id text); select aquifer.adopt('app."Note"'::regclass)`,
      `create table note (id int, tenant_id text); call aquifer.isolate('note')`,
      'create temp table note (id int, tenant_id text)',
    ],
  },
};

describe.each(RULE_IDS)('the rule %s', (rule) => {
  const { found, fine } = CASES[rule];
  const before = rule === 'lock-timeout-missing' ? '' : SAFE;

  it.each(found)('remarks on: %s', (sql) => {
    expect(rulesOf(before + sql)).toContain(rule);
  });

  it.each(fine)('passes over: %s', (sql) => {
    expect(rulesOf(before + sql)).not.toContain(rule);
  });

  it('can be allowed for a reason', () => {
    const [sql = ''] = found;
    const statements = sql
      .split('; ')
      .map((one) => `-- aquifer-lint: allow ${rule} the table is small\n${one}`);
    expect(rulesOf(`${before}${statements.join(';\n')}`)).not.toContain(rule);
  });
});

describe('a finding', () => {
  test('names the line of its place, in a file with characters of several bytes', () => {
    const sql = `-- für Ä 🎉\n${SAFE}alter table t\n  add column a int,\n  add column b int not null;`;
    expect(lint(sql)).toEqual([
      {
        rule: 'column-not-null-without-default',
        file: '1.sql',
        line: 5,
        what: expect.stringContaining('t.b'),
        instead: expect.stringContaining('default'),
      },
    ]);
  });

  test('comes in the order of files and lines', () => {
    const first = `${SAFE}drop table a;\n\ncreate table n (tenant_id text);\ndrop table b;`;
    expect(lint(first, `${SAFE}drop table c`).map(({ file, line }) => `${file}:${line}`)).toEqual([
      '1.sql:2',
      '1.sql:4',
      '1.sql:5',
      '2.sql:2',
    ]);
  });
});

describe('files in a row', () => {
  test('build on each other: adopted later, checked earlier', () => {
    const checks = `${SAFE}alter table t add constraint c check (a is not null) not valid;`;
    const validates = `${SAFE}alter table t validate constraint c;`;
    expect(rulesOf(checks, validates, `${SAFE}alter table t alter a set not null`)).toEqual([]);
    const made = 'create table n (id int, tenant_id text);';
    expect(rulesOf(made, `${SAFE}select aquifer.adopt('n')`)).toEqual([]);
    expect(rulesOf(made, `${SAFE}drop table n`)).toEqual(['drop-table']);
  });

  test('treat a table of an earlier file as one in use', () => {
    expect(rulesOf('create table t (id int)', `${SAFE}create index on t (id)`)).toEqual([
      'index-not-concurrent',
    ]);
  });
});

describe('a file that PostgreSQL cannot read', () => {
  test('is a finding with its line, and the others are still looked at', () => {
    expect(lint('select 1; -- ö\n\ncreate tabel x', `${SAFE}drop table t`)).toMatchObject([
      { rule: 'syntax', file: '1.sql', line: 3, what: expect.stringContaining('"tabel"') },
      { rule: 'drop-table', file: '2.sql' },
    ]);
  });
});

describe('an allowance', () => {
  test.each([
    ['above its statement', '-- aquifer-lint: allow drop-table unused since May\n-- more\ndrop table t;'],
    ['at its end', 'drop table t; -- aquifer-lint: allow drop-table unused since May'],
    ['within it', 'drop table\n  -- aquifer-lint: allow drop-table unused since May\n  t;'],
  ])('may stand %s', (_, sql) => {
    expect(lint(SAFE + sql)).toEqual([]);
  });

  test('holds for one statement and one rule', () => {
    const sql = `${SAFE}-- aquifer-lint: allow drop-table unused\ndrop table t;\ndrop table u;`;
    expect(lint(sql)).toMatchObject([{ rule: 'drop-table', line: 4 }]);
    const other = `${SAFE}-- aquifer-lint: allow truncate unused\ndrop table t;`;
    expect(rulesOf(other)).toEqual(['drop-table']);
  });

  test.each([
    ['-- aquifer-lint: allow drop-table\ndrop table t;', 'Say why drop-table is allowed'],
    ['-- aquifer-lint: allow drop-tables unused\nselect 1;', 'There is no rule drop-tables'],
    ['-- aquifer-lint: ignore\nselect 1;', 'Write -- aquifer-lint: allow'],
    ['select 1;\n-- aquifer-lint: allow drop-table unused\n', 'No statement follows'],
  ])('that allows nothing is a finding: %s', (sql, what) => {
    expect(lint(SAFE + sql)).toContainEqual(
      expect.objectContaining({ rule: 'allowance', what: expect.stringContaining(what) }),
    );
  });

  test('in a text or a function is none', () => {
    const sql = `${SAFE}select '\n-- aquifer-lint: allow nothing\n';\ndrop table t;`;
    expect(rulesOf(sql)).toEqual(['drop-table']);
  });
});
