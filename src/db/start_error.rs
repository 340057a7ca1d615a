//! Why a start stops at its database.

use sqlx::migrate::MigrateError;

/// Why the start stopped: one line that says what to do.
#[derive(Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// What to do about a migration that cannot run.
pub(super) fn migration_failed(error: MigrateError) -> StartError {
    StartError(match error {
        MigrateError::VersionMissing(version) => format!(
            "the database is newer than this doorward: it has migration {version}, which this binary does not know. \
             Start the newer doorward, or restore a backup made before the upgrade."
        ),
        MigrateError::VersionMismatch(version) => {
            format!("migration {version} of the database differs from this binary's; it was changed after it ran")
        }
        other => format!("cannot bring the database up to date: {other}"),
    })
}
