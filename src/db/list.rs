//! The one place that builds SQL at run time: const fragments joined in order, every value a numbered bind.

use super::{Conn, DbError, on};
use sqlx::AssertSqlSafe;

/// A value of a built statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    Text(String),
    Int(i64),
    Bool(bool),
}

impl From<&str> for Bind {
    fn from(value: &str) -> Bind {
        Bind::Text(value.to_owned())
    }
}

impl From<String> for Bind {
    fn from(value: String) -> Bind {
        Bind::Text(value)
    }
}

impl From<i64> for Bind {
    fn from(value: i64) -> Bind {
        Bind::Int(value)
    }
}

impl From<bool> for Bind {
    fn from(value: bool) -> Bind {
        Bind::Bool(value)
    }
}

/// A statement under construction. Fragments are `&'static str`, so that nothing typed by anybody becomes SQL.
#[derive(Clone, Debug, Default)]
pub struct Query {
    sql: String,
    binds: Vec<Bind>,
}

/// A finished statement: its text and its values.
#[derive(Clone, Debug, PartialEq)]
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
    pub fn then<const N: usize>(mut self, fragment: &'static str, binds: [Bind; N]) -> Query {
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
            Conn::Postgres(_) => query.then("in (select json_array_elements_text(cast(? as json)))", [array.into()]),
        }
    }

    /// The next page after `(column, id)` in the order of `column`, ties by `id`; `limit` rows.
    ///
    /// Order and cursor come from the same two fragments, so that they cannot disagree.
    #[must_use]
    pub fn page(mut self, order: &Order, after: Option<(Bind, String)>, limit: i64) -> Query {
        let (compare, direction) = if order.descending { ("<", "desc") } else { (">", "asc") };
        if let Some((value, id)) = after {
            self.sql.push_str(&format!("\nand ({}, {}) {compare} ", order.column, order.id));
            self = self.then("(?, ?)", [value, id.into()]);
        }
        self.sql.push_str(&format!("\norder by {} {direction}, {} {direction}", order.column, order.id));
        self.then("limit ?", [limit.into()])
    }

    pub fn finish(self) -> Statement {
        Statement { sql: self.sql, binds: self.binds }
    }
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
            };
        }
        query
    }};
}

impl Statement {
    pub async fn rows<R>(self, conn: &mut Conn<'_>) -> Result<Vec<R>, DbError>
    where
        R: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
            + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
            + Send
            + Unpin,
    {
        let Statement { sql, binds } = self;
        on!(conn, c => bound!(sqlx::query_as::<_, R>(AssertSqlSafe(sql)), binds).fetch_all(&mut *c).await)
    }

    /// The one number of a `select count(*) …`.
    pub async fn number(self, conn: &mut Conn<'_>) -> Result<i64, DbError> {
        let Statement { sql, binds } = self;
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
            "select u.id from users u where true\nand u.role = $1\nand (u.name_key, u.id) < \n($2, $3)\n\
             order by u.name_key desc, u.id desc\nlimit $4"
        );
        assert_eq!(statement.binds, vec![3.into(), "anna".into(), "id".into(), 51.into()]);
    }
}
