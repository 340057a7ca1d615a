//! What keeps a database quick and small: statistics for its planner, and a short write-ahead log.

use super::{Db, DbError};
use sqlx::{Executor, PgPool, SqliteConnection};

/// The write-ahead log of SQLite is cut back to this after something made it longer.
pub(super) const LONGEST_LOG: &str = "16777216";

/// Looks at a sample of 400 rows of each index, so that it takes a moment whatever the database holds. 0x10000 asks for
/// tables that this connection has not read, too.
const OPTIMIZE: &str = "pragma analysis_limit = 400; pragma optimize = 0x10002";

const ANALYZE: &str = "pragma analysis_limit = 400; analyze";

/// Folds the log into the file and empties it.
const CHECKPOINT: &str = "pragma wal_checkpoint(truncate)";

/// The tables of Doorward alone: `analyze` by itself warns of each that belongs to somebody else.
const ANALYZE_OWN: &str = "do $$ declare own regclass; begin
    for own in select c.oid from pg_class c where c.relkind = 'r' and c.relnamespace = to_regnamespace(current_schema())
        and pg_has_role(c.relowner, 'usage')
    loop execute format('analyze %s', own); end loop; end $$";

/// The same for those of which nothing is known though they have more than a few pages: a database that was restored or
/// upgraded has no statistics, and PostgreSQL gathers them by itself only where something changes.
const ANALYZE_UNKNOWN: &str = "do $$ declare own regclass; begin
    for own in select c.oid from pg_class c where c.relkind = 'r' and c.relnamespace = to_regnamespace(current_schema())
        and pg_has_role(c.relowner, 'usage') and pg_relation_size(c.oid) > 65536
        and not exists (select 1 from pg_stats s where s.schemaname = current_schema() and s.tablename = c.relname)
    loop execute format('analyze %s', own); end loop; end $$";

/// Looks at the tables of PostgreSQL that it knows nothing of.
pub(super) async fn analyze_unknown(pool: &PgPool) -> Result<(), sqlx::Error> {
    pool.execute(ANALYZE_UNKNOWN).await.map(|_| ())
}

/// Looks again at the tables of SQLite that changed much since it last looked.
pub(super) async fn optimize(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    connection.execute(OPTIMIZE).await.map(|_| ())
}

impl Db {
    /// What PostgreSQL mostly does for itself and SQLite when it is told: once a day.
    pub async fn optimize(&self) -> Result<(), DbError> {
        match self {
            Db::Sqlite(pool, turns) => {
                // It may write, so it queues with those who do.
                let _turn = turns.wait().await?;
                optimize(&mut *pool.acquire().await?).await?;
            }
            Db::Postgres(pool) => analyze_unknown(pool).await?,
        }
        Ok(())
    }

    /// After very many rows came in at once: nothing known of the tables holds any more, and the log is long.
    pub async fn settle(&self) -> Result<(), DbError> {
        match self {
            Db::Sqlite(pool, turns) => {
                let _turn = turns.wait().await?;
                let mut connection = pool.acquire().await?;
                connection.execute(ANALYZE).await?;
                connection.execute(CHECKPOINT).await?;
            }
            Db::Postgres(pool) => {
                pool.execute(ANALYZE_OWN).await?;
            }
        }
        Ok(())
    }
}
