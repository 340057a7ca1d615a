//! Indexes laid aside while very many rows come in, and built again from all of them: sorted once, where otherwise every
//! row looks for its place in each. It is one transaction, so nobody ever sees the tables without them.

use super::connect::CACHE;
use super::{Conn, DbError, exec, rows};
use sqlx::AssertSqlSafe;

/// How the dropped indexes are made again.
pub struct Aside(Vec<String>);

impl Aside {
    /// Drops the indexes of these tables; those that a constraint made stay.
    pub async fn lay(conn: &mut Conn<'_>, tables: &[&str]) -> Result<Aside, DbError> {
        const SQLITE: &str = "select name, sql from sqlite_master
            where type = 'index' and tbl_name = $1 and sql is not null order by name";
        const POSTGRES: &str = "select cast(c.relname as text), pg_get_indexdef(c.oid)
            from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = to_regclass($1)
            and not exists (select 1 from pg_constraint made where made.conindid = c.oid) order by 1";
        memory(conn, "-256000", "'256MB'").await?;
        let mut made = Vec::new();
        for table in tables {
            let find = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
            for (name, definition) in rows!(conn, (String, String), find, *table)? {
                exec!(conn, AssertSqlSafe(format!("drop index {name}")))?;
                made.push(definition);
            }
        }
        Ok(Aside(made))
    }

    /// Builds them again.
    pub async fn restore(self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        for definition in self.0 {
            exec!(conn, AssertSqlSafe(definition.clone()))?;
        }
        memory(conn, CACHE, "default").await
    }
}

/// What the engine may use: SQLite's cache in KiB, and what PostgreSQL sorts an index in.
async fn memory(conn: &mut Conn<'_>, cache: &str, sort: &str) -> Result<(), DbError> {
    let sql = match conn {
        Conn::Sqlite(_) => format!("pragma cache_size = {cache}"),
        Conn::Postgres(_) => format!("set local maintenance_work_mem = {sort}"),
    };
    exec!(conn, AssertSqlSafe(sql.clone()))?;
    Ok(())
}
