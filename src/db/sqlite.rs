//! A SQLite file: who may read it, who may start on it, and how it is opened.

use super::start_error::{StartError, migration_failed};
use super::{storage, upkeep};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError, set_permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// As much of the file as there can be is read where the system keeps it, once for all connections, instead of being copied
/// into a cache of each: `.cargo/config.toml` lifts SQLite's own bound.
const MAPPED: &str = "1099511627776";

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Opens the file, made when missing with its folder, and brings it to the newest migration.
pub(super) async fn open(url: &str) -> Result<SqlitePool, StartError> {
    let options = options(url)?;
    let file = options.get_filename().to_owned();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let _alone = alone(folder).await?;
    let failed = |e: &dyn std::fmt::Display| {
        StartError(format!("cannot open the database {}: {e}. Can its folder be written to?", file.display()))
    };
    make_private(&file).map_err(|e| failed(&e))?;
    // An update may take minutes over a large database; that is no news.
    let mut connection = options.clone().disable_statement_logging().connect().await.map_err(|e| failed(&e))?;
    MIGRATIONS.run(&mut connection).await.map_err(migration_failed)?;
    if let Err(error) = upkeep::optimize(&mut connection).await {
        tracing::debug!(%error, "could not renew the statistics of the database");
    }
    let pool = SqlitePoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(5));
    let pool = storage::guarded(pool).connect_with(options).await.map_err(|e| failed(&e))?;
    connection.close().await.map_err(|e| failed(&e))?;
    Ok(pool)
}

fn options(url: &str) -> Result<SqliteConnectOptions, StartError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|e| StartError(format!("DOORWARD_DATABASE_URL is not a database address: {e}")))?;
    let file = options.get_filename().to_string_lossy();
    if file.is_empty() || file.starts_with("file:sqlx-in-memory") {
        return Err(StartError(
            "DOORWARD_DATABASE_URL must name a file, for example sqlite://data/doorward.db".to_owned(),
        ));
    }
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("journal_size_limit", upkeep::LONGEST_LOG)
        .pragma("mmap_size", MAPPED)
        // For what a large transaction has changed; what is only read is not copied here.
        .pragma("cache_size", "-16000"))
}

/// Only the account that Doorward runs as enters a folder that it makes. One that is there is somebody's decision.
fn make_folder(folder: &Path) -> Result<(), StartError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| StartError(format!("cannot create the data folder {}: {e}", folder.display())))
}

/// Makes the file for its owner alone; SQLite gives the files beside it the same mode. One that everybody on the machine
/// may open is narrowed, because nobody chose that: it is what earlier versions made. Access for a group was chosen.
fn make_private(file: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
        made => return made.map(|_| ()),
    }
    for file in with_ending(file, ["", "-wal", "-shm"]) {
        let Ok(found) = file.metadata() else { continue };
        if found.permissions().mode() & 0o007 == 0 {
            continue;
        }
        match set_permissions(&file, Permissions::from_mode(0o600)) {
            Ok(()) => {
                tracing::warn!(file = %file.display(), "every account on this machine could read it; now only this one can")
            }
            Err(error) => tracing::warn!(file = %file.display(), %error, "every account on this machine can read it"),
        }
    }
    Ok(())
}

fn with_ending<const N: usize>(file: &Path, endings: [&str; N]) -> [PathBuf; N] {
    endings.map(|ending| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

/// Waits until no other process starts on a file of this folder: to switch to the write-ahead log and to migrate, SQLite
/// needs the file for itself, and says that it is locked instead of waiting. Released when it is dropped, or the process
/// ends.
async fn alone(folder: &Path) -> Result<Option<File>, StartError> {
    let failed = |e: std::io::Error| StartError(format!("cannot lock the data folder {}: {e}", folder.display()));
    let lock = File::open(folder).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => return Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => {}
        // Not every file system has such locks. Two must not be started together there.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => return Ok(None),
        Err(TryLockError::Error(e)) => return Err(failed(e)),
    }
    tracing::info!(folder = %folder.display(), "waiting for another Doorward to finish starting");
    let waited = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    waited.map_err(std::io::Error::other).and_then(|locked| locked).map(Some).map_err(failed)
}
