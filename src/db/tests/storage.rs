//! Which errors mean that storage takes nothing.

use crate::db::{DbError, Storage};
use sqlx::error::{DatabaseError, ErrorKind};
use std::borrow::Cow;
use std::error::Error;

/// An error as a driver gives it.
#[derive(Debug)]
struct Coded(&'static str);

impl std::fmt::Display for Coded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Coded {}

impl DatabaseError for Coded {
    fn message(&self) -> &str {
        self.0
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

fn meaning(code: &'static str) -> Option<Storage> {
    Storage::of(&Coded(code))
}

#[test]
fn result_codes_of_both_engines_say_what_is_wrong_with_the_storage() {
    // SQLITE_FULL; disk_full.
    for code in ["13", "53100"] {
        assert_eq!(meaning(code), Some(Storage::Full), "{code}");
    }
    // SQLITE_READONLY, _DBMOVED, _DIRECTORY; read_only_sql_transaction.
    for code in ["8", "1032", "1544", "25006"] {
        assert_eq!(meaning(code), Some(Storage::ReadOnly), "{code}");
    }
    // SQLITE_NOMEM, _IOERR, _IOERR_WRITE, _IOERR_FSYNC, _IOERR_SHMSIZE, _CANTOPEN, _CANTOPEN_ISDIR; out_of_memory, io_error.
    for code in ["7", "10", "778", "1034", "4874", "14", "526", "53200", "58030"] {
        assert_eq!(meaning(code), Some(Storage::Broken), "{code}");
    }
    // SQLITE_BUSY, _CONSTRAINT_UNIQUE, _CORRUPT; unique_violation, too_many_connections, connection_failure.
    for code in ["5", "2067", "11", "23505", "53300", "08006", "08014", ""] {
        assert_eq!(meaning(code), None, "{code}");
    }
}

#[tokio::test]
async fn file_that_cannot_be_opened_is_no_fault_of_the_statement() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite://{}", folder.path().join("missing/doorward.db").display());
    let pool = sqlx::SqlitePool::connect_lazy(&missing).unwrap();
    let error = DbError::from(sqlx::query("select 1").execute(&pool).await.unwrap_err());
    assert!(matches!(error, DbError::Storage(Storage::Broken, _)), "{error:?}");
}
