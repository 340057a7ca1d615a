//! Rows that are written column by column, so that a column is named once for insert and update.

use super::{Bind, Conn, DbError, Query};

/// Columns to write, each beside its value. Their names are the code's.
#[derive(Clone, Debug, Default)]
pub struct Columns(Vec<(&'static str, Bind)>);

impl Columns {
    pub fn of<const N: usize>(columns: [(&'static str, Bind); N]) -> Columns {
        Columns(columns.into())
    }

    pub fn set(&mut self, column: &'static str, value: impl Into<Bind>) {
        self.0.push((column, value.into()));
    }

    #[must_use]
    pub fn and(mut self, others: Columns) -> Columns {
        self.0.extend(others.0);
        self
    }

    /// As a new row; what isn't among the columns is as its table has it.
    pub async fn insert(self, conn: &mut Conn<'_>, table: &'static str) -> Result<(), DbError> {
        let (names, values): (Vec<&str>, Vec<Bind>) = self.0.into_iter().unzip();
        let places = vec!["?"; names.len()].join(", ");
        let sql = format!("insert into {table} ({}) values ({places})", names.join(", "));
        Query::default().append(&sql, values).finish().run(conn).await
    }

    /// In the row of this id, and counts its version up. No columns are well: what a version covers can stand elsewhere.
    pub async fn update(self, conn: &mut Conn<'_>, table: &'static str, id: &str) -> Result<(), DbError> {
        let set: String = self.0.iter().map(|(name, _)| format!("{name} = ?, ")).collect();
        let values = self.0.into_iter().map(|(_, value)| value).chain([id.into()]);
        let sql = format!("update {table} set {set}version = version + 1 where id = ?");
        Query::default().append(&sql, values).finish().run(conn).await
    }
}
