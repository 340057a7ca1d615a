//! Opens the configured database and brings it to the newest migration.

use super::start_error::StartError;
use super::{Db, Turns, postgres, sqlite};

/// `sqlite://FILE` (made when missing, with its folder) or `postgres://…`.
pub async fn connect(url: &str) -> Result<Db, StartError> {
    if url.starts_with("sqlite://") {
        return Ok(Db::Sqlite(sqlite::open(url).await?, Turns::default()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Db::Postgres(postgres::open(url).await?));
    }
    Err(StartError("DOORWARD_DATABASE_URL must begin with sqlite:// or postgres://".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::migrate::Migrator;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let of =
            |migrator: &Migrator| migrator.iter().map(|m| (m.version, m.description.to_string())).collect::<Vec<_>>();
        assert_eq!(of(&sqlite::MIGRATIONS), of(&postgres::MIGRATIONS));
    }

    /// Table and column, as the database itself has them. The search index is the one thing that is spelled twice.
    async fn columns(app: crate::testing::TestApp) -> Vec<(String, String)> {
        const SQLITE: &str = "select t.name, c.name from sqlite_master t join pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like 'sqlite%' and t.name not like '_sqlx%'
            and t.name not like 'user_search%' order by 1, 2";
        const POSTGRES: &str = "select cast(table_name as text), cast(column_name as text)
            from information_schema.columns where table_schema = 'public'
            and table_name not like '\\_sqlx%' and table_name not like 'user\\_search%'
            order by table_name collate \"C\", column_name collate \"C\"";
        let rows = match app.same_database().await {
            Db::Sqlite(pool, _) => sqlx::query_as(SQLITE).fetch_all(&pool).await,
            Db::Postgres(pool) => sqlx::query_as(POSTGRES).fetch_all(&pool).await,
        };
        rows.unwrap()
    }

    #[tokio::test]
    async fn both_engines_have_the_same_tables_and_columns() {
        let sqlite = columns(crate::testing::TestApp::sqlite().await).await;
        let postgres = columns(crate::testing::TestApp::postgres().await).await;
        assert!(sqlite.len() > 100, "{} columns", sqlite.len());
        assert_eq!(sqlite, postgres);
    }

    #[tokio::test]
    async fn database_newer_than_the_binary_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("doorward.db").display());
        let Db::Sqlite(pool, _) = connect(&url).await.unwrap() else { panic!("not SQLite") };
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            values (9999, 'future', true, x'00', 0)";
        sqlx::query(newer).execute(&pool).await.unwrap();
        pool.close().await;
        let error = connect(&url).await.unwrap_err();
        assert!(error.0.contains("newer than this doorward"), "{error}");
    }

    #[tokio::test]
    async fn data_folder_that_cannot_be_made_is_one_clear_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = connect(&format!("sqlite://{}/doorward.db", file.display())).await.unwrap_err();
        assert!(error.0.starts_with("cannot create the data folder") && !error.0.contains('\n'), "{error}");
    }
}
