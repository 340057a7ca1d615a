//! Indexes laid aside while very many rows come in, and built again from all of them: sorted once, where otherwise every
//! row looks for its place in each. It is one transaction, so nobody ever sees the tables without them.

use super::{Conn, DbError, exec, rows, scalar};
use sqlx::AssertSqlSafe;

pub struct Aside {
    /// How the dropped indexes are made again.
    indexes: Vec<String>,
    /// What SQLite's cache was before.
    cache: i64,
}

impl Aside {
    /// Drops the indexes of these tables; those that a constraint made stay.
    pub async fn lay(conn: &mut Conn<'_>, tables: &[&str]) -> Result<Aside, DbError> {
        const SQLITE: &str = "select name, sql from sqlite_master
            where type = 'index' and tbl_name = $1 and sql is not null order by name";
        const POSTGRES: &str = "select cast(c.relname as text), pg_get_indexdef(c.oid)
            from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = to_regclass($1)
            and not exists (select 1 from pg_constraint made where made.conindid = c.oid) order by 1";
        let cache = more_memory(conn).await?;
        let mut indexes = Vec::new();
        for table in tables {
            let find = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
            for (name, definition) in rows!(conn, (String, String), find, *table)? {
                exec!(conn, AssertSqlSafe(format!("drop index {name}")))?;
                indexes.push(definition);
            }
        }
        Ok(Aside { indexes, cache })
    }

    /// Builds them again; `progress` hears how many of how many.
    pub async fn restore(self, conn: &mut Conn<'_>, progress: impl Fn(u64, u64)) -> Result<(), DbError> {
        let all = self.indexes.len() as u64;
        for (done, definition) in (1..).zip(self.indexes) {
            exec!(conn, AssertSqlSafe(definition))?;
            progress(done, all);
        }
        if let Conn::Sqlite(_) = conn {
            exec!(conn, AssertSqlSafe(format!("pragma cache_size = {}", self.cache)))?;
        }
        Ok(())
    }
}

/// Room to sort an index in: 256 MB, on PostgreSQL until the transaction ends. Gives what SQLite's cache was before.
async fn more_memory(conn: &mut Conn<'_>) -> Result<i64, DbError> {
    if let Conn::Postgres(_) = conn {
        exec!(conn, "set local maintenance_work_mem = '256MB'")?;
        return Ok(0);
    }
    let before = scalar!(conn, i64, "pragma cache_size")?;
    exec!(conn, "pragma cache_size = -256000")?;
    Ok(before)
}
