//! The one place that builds SQL at run time: const fragments joined in order, every value a numbered bind.

use super::bind::Bind;
use super::recorded::record_built;
use super::{Conn, DbError, count_statement, on};
use crate::types::COUNT_LIMIT;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

/// A statement under construction. Fragments are `&'static str`, so that nothing typed by anybody becomes SQL.
#[derive(Clone, Debug, Default)]
pub struct Query {
    sql: String,
    binds: Vec<Bind>,
}

/// A finished statement: its text and its values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    pub sql: String,
    pub binds: Vec<Bind>,
}

impl Query {
    pub fn new(fragment: &'static str) -> Query {
        Query::default().then(fragment, [])
    }

    /// Appends a fragment; each `?` in it takes the next of `binds`.
    #[must_use]
    pub fn then<const N: usize>(self, fragment: &'static str, binds: [Bind; N]) -> Query {
        self.append(fragment, binds)
    }

    pub(super) fn append(mut self, fragment: &str, binds: impl IntoIterator<Item = Bind>) -> Query {
        let mut values = binds.into_iter();
        if !self.sql.is_empty() {
            self.sql.push('\n');
        }
        for piece in fragment.split_inclusive('?') {
            let Some(text) = piece.strip_suffix('?') else {
                self.sql.push_str(piece);
                continue;
            };
            self.sql.push_str(text);
            self.binds.extend(values.next());
            self.sql.push('$');
            self.sql.push_str(&self.binds.len().to_string());
        }
        self
    }

    /// Appends `and column in (…)` for any number of values, as one bind: a JSON array that the engine takes apart.
    #[must_use]
    pub fn one_of(self, conn: &Conn<'_>, column: &'static str, values: &[&str]) -> Query {
        let array = serde_json::json!(values).to_string();
        let query = self.then("and", []).then(column, []);
        match conn {
            Conn::Sqlite(_) => query.then("in (select value from json_each(?))", [array.into()]),
            // An array is looked up in an index, where a subquery might be joined with all there is.
            Conn::Postgres(_) => {
                query.then("= any(array(select json_array_elements_text(cast(? as json))))", [array.into()])
            }
        }
    }

    /// Appends `from` these values, as a table `v` with the column `id`.
    #[must_use]
    pub fn from_values(self, conn: &Conn<'_>, values: &[&str]) -> Query {
        let array = serde_json::json!(values).to_string();
        match conn {
            Conn::Sqlite(_) => self.then("from (select value as id from json_each(?)) v", [array.into()]),
            Conn::Postgres(_) => {
                self.then("from (select json_array_elements_text(cast(? as json)) as id) v", [array.into()])
            }
        }
    }

    /// Joins a table of which each row before it looks its own rows up, by `on`: neither engine reads it in any other
    /// way, whatever it believes of its size. SQLite keeps to the order of a `cross join`, PostgreSQL to `offset 0`.
    #[must_use]
    pub fn each<const N: usize>(self, conn: &Conn<'_>, table: &Table, binds: [Bind; N]) -> Query {
        let Table { name, alias, on } = table;
        let joined = match conn {
            Conn::Sqlite(_) => format!("cross join {name} {alias} on {on}"),
            Conn::Postgres(_) => {
                format!("cross join lateral (select {alias}.* from {name} {alias} where {on} offset 0) {alias}")
            }
        };
        self.append(&joined, binds)
    }

    /// The same, also where there is no such row.
    #[must_use]
    pub fn any(self, conn: &Conn<'_>, table: &Table) -> Query {
        let Table { name, alias, on } = table;
        let joined = match conn {
            Conn::Sqlite(_) => format!("left join {name} {alias} on {on}"),
            Conn::Postgres(_) => {
                format!("left join lateral (select {alias}.* from {name} {alias} where {on} offset 0) {alias} on true")
            }
        };
        self.append(&joined, [])
    }

    /// Selects a value that each row looks up; `joined` goes with it, among what is selected from.
    #[must_use]
    pub fn value(self, conn: &Conn<'_>, of: &Lookup) -> Query {
        let Lookup { name, select } = of;
        match conn {
            Conn::Sqlite(_) => self.append(&format!("({select}) as {name}"), []),
            Conn::Postgres(_) => self.append(&format!("{name}.value as {name}"), []),
        }
    }

    /// Where PostgreSQL looks it up: as a join, and so once for all rows that ask for the same.
    #[must_use]
    pub fn joined(self, conn: &Conn<'_>, of: &Lookup) -> Query {
        let Lookup { name, select } = of;
        match conn {
            Conn::Sqlite(_) => self,
            Conn::Postgres(_) => self.append(&format!("left join lateral ({select}) {name} on true"), []),
        }
    }

    /// Joins, for each row before it, the rows of a table that `first` chooses: a `where` that names what stands before,
    /// and a page. Each costs one walk along an index, however many rows there are beside those.
    #[must_use]
    pub fn first_of_each(
        self,
        conn: &Conn<'_>,
        (name, alias): (&'static str, &'static str),
        first: impl FnOnce(Query) -> Query,
    ) -> Query {
        let (begin, end) = match conn {
            Conn::Sqlite(_) => (
                format!("cross join {name} {alias} on {alias}.rowid in (select {alias}.rowid from {name} {alias}"),
                ")".to_owned(),
            ),
            Conn::Postgres(_) => {
                (format!("cross join lateral (select {alias}.* from {name} {alias}"), format!(") {alias}"))
            }
        };
        first(self.append(&begin, [])).append(&end, [])
    }

    /// The next page after `(column, id)` in the order of `column`, ties by `id`; `limit` rows.
    ///
    /// Order and cursor come from the same two fragments, so that they cannot disagree.
    #[must_use]
    pub fn page(mut self, order: &Order, after: Option<(Bind, String)>, limit: i64) -> Query {
        let (compare, direction) = if order.descending { ("<", "desc") } else { (">", "asc") };
        if let Some((value, id)) = after {
            self.sql.push_str(&format!("\nand ({}, {}) {compare} ", order.column, order.id));
            // Behind `select` PostgreSQL takes the place for any other, and so keeps the plan (`docs/decisions/0061`).
            self = self.then("((select ?), (select ?))", [value, id.into()]);
        }
        self.sql.push_str(&format!("\norder by {} {direction}, {} {direction}", order.column, order.id));
        self.limit(limit)
    }

    /// A number in the text, not a bind: PostgreSQL keeps the plan of a statement only where it knows how much of it is
    /// wanted, and else makes it anew each time, which takes longer than to read a page (`docs/decisions/0061`).
    #[must_use]
    pub fn limit(mut self, rows: i64) -> Query {
        self.sql.push_str(&format!("\nlimit {rows}"));
        self
    }

    /// Ends a `select count(*) from (select 1 as one from …`, which counts no further than lists say.
    pub fn counted(self) -> Statement {
        self.limit(COUNT_LIMIT + 1).then(") counted", []).finish()
    }

    pub fn finish(self) -> Statement {
        Statement { sql: self.sql, binds: self.binds }
    }
}

/// A table to join, under its alias, and by what its rows are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub alias: &'static str,
    pub on: &'static str,
}

/// `table("grants", "g", "g.subject_id = s.id")`.
pub const fn table(name: &'static str, alias: &'static str, on: &'static str) -> Table {
    Table { name, alias, on }
}

/// A value of other tables: its column, and how it is selected, as `value`.
#[derive(Clone, Copy, Debug)]
pub struct Lookup {
    pub name: &'static str,
    pub select: &'static str,
}

/// What a list is ordered by: a column and the id that breaks ties, both from the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub column: &'static str,
    pub id: &'static str,
    pub descending: bool,
}

macro_rules! bound {
    ($query:expr, $binds:expr) => {{
        let mut query = $query;
        for bind in $binds {
            query = match bind {
                Bind::Text(value) => query.bind(value),
                Bind::Int(value) => query.bind(value),
                Bind::Bool(value) => query.bind(value),
                Bind::NoText => query.bind(None::<String>),
                Bind::NoInt => query.bind(None::<i64>),
            };
        }
        query
    }};
}

/// What a statement can be read into, on either engine.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for R {}

/// A row that is read from a JSON array, too.
pub trait Packed: Row + DeserializeOwned {
    /// Its columns in a subquery `r`, in the order of its fields.
    const COLUMNS: &'static str;
}

/// SQLite has numbers for true and false, also in JSON.
pub fn truth<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    i64::deserialize(value).map(|value| value != 0)
}

impl Statement {
    pub async fn rows<R: Row>(self, conn: &mut Conn<'_>) -> Result<Vec<R>, DbError> {
        let Statement { sql, binds } = self;
        record_built(&sql, &binds);
        on!(conn, c => bound!(sqlx::query_as::<_, R>(AssertSqlSafe(sql)), binds).fetch_all(&mut *c).await)
    }

    /// The same as `rows`. From SQLite they come in one piece, a JSON array: each row by itself would wake up who waits for it,
    /// and for a page of small rows that takes longer than all else.
    pub async fn packed<R: Packed>(self, conn: &mut Conn<'_>) -> Result<Vec<R>, DbError> {
        let Conn::Sqlite(conn) = conn else { return self.rows(conn).await };
        count_statement();
        record_built(&self.sql, &self.binds);
        let sql = format!("select json_group_array(json_array({})) from ({}) r", R::COLUMNS, self.sql);
        let query = bound!(sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)), self.binds);
        let packed = query.fetch_one(&mut **conn).await?;
        serde_json::from_str(&packed).map_err(|e| DbError::from(sqlx::Error::Decode(e.into())))
    }

    /// Runs what reads nothing.
    pub async fn run(self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let Statement { sql, binds } = self;
        record_built(&sql, &binds);
        on!(conn, c => bound!(sqlx::query(AssertSqlSafe(sql)), binds).execute(&mut *c).await.map(|_| ()))
    }

    /// The one number of a `select count(*) …`.
    pub async fn number(self, conn: &mut Conn<'_>) -> Result<i64, DbError> {
        let Statement { sql, binds } = self;
        record_built(&sql, &binds);
        on!(conn, c => bound!(sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)), binds).fetch_one(&mut *c).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_numbered_binds_in_order() {
        let order = Order { column: "u.name_key", id: "u.id", descending: true };
        let statement = Query::new("select u.id from users u where true")
            .then("and u.role = ?", [3.into()])
            .page(&order, Some(("anna".into(), "id".into())), 51)
            .finish();
        assert_eq!(
            statement.sql,
            "select u.id from users u where true\nand u.role = $1\nand (u.name_key, u.id) < \n((select $2), (select $3))\n\
             order by u.name_key desc, u.id desc\nlimit 51"
        );
        assert_eq!(statement.binds, vec![3.into(), "anna".into(), "id".into()]);
    }
}
