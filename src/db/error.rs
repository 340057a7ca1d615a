//! Database errors, with unique violations named once for both engines.

use super::storage::{self, Storage};

/// A unique rule of the schema that a write can break by what somebody typed or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    Username,
    CompanyName,
    ProfileName,
    PlaceName,
    /// The account already is a user of the organization.
    Membership,
    /// The account already has an active session.
    ActiveSession,
    ClientId,
    TeamName,
}

/// Rule, its first column as SQLite names it, its index as PostgreSQL names it.
const RULES: [(Unique, &str, &str); 8] = [
    (Unique::Username, "accounts.username_key", "accounts_username_key_key"),
    (Unique::CompanyName, "companies.organization_id, companies.parent_id, companies.name_key", "companies_name"),
    (Unique::ProfileName, "profiles.organization_id, profiles.name_key", "profiles_name_once"),
    (Unique::PlaceName, "places.organization_id, places.parent_id, places.name_key", "places_name"),
    (Unique::Membership, "users.account_id, users.organization_id", "users_account"),
    (Unique::ActiveSession, "sessions.account_id", "sessions_one_active"),
    (Unique::ClientId, "integrations.client_id", "integrations_client_id"),
    (Unique::TeamName, "teams.organization_id, teams.name_key", "teams_name"),
];

#[derive(Debug)]
pub enum DbError {
    Unique(Unique),
    /// The database cannot be reached, or is too busy, now.
    Unavailable(sqlx::Error),
    /// It can be reached, and what it stands on takes nothing now.
    Storage(Storage, sqlx::Error),
    Other(sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => {
                match unique_rule(cause.constraint(), cause.message()) {
                    Some(rule) => DbError::Unique(rule),
                    None => DbError::Other(error),
                }
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
                DbError::Unavailable(error)
            }
            sqlx::Error::Database(cause) if is_transient(cause.as_ref()) => DbError::Unavailable(error),
            sqlx::Error::Database(cause) => match Storage::of(cause.as_ref()) {
                Some(why) => {
                    storage::note();
                    DbError::Storage(why, error)
                }
                None => DbError::Other(error),
            },
            _ => DbError::Other(error),
        }
    }
}

/// PostgreSQL names the index; SQLite has `constraint() == None` and names the columns in its message.
fn unique_rule(constraint: Option<&str>, message: &str) -> Option<Unique> {
    let columns = message.strip_prefix("UNIQUE constraint failed: ");
    RULES
        .iter()
        .find(|(_, sqlite, postgres)| constraint == Some(*postgres) || columns == Some(*sqlite))
        .map(|rule| rule.0)
}

/// SQLite busy or locked (5, 6 and their extended codes); PostgreSQL shutting down, out of slots, or a lost race.
fn is_transient(cause: &dyn sqlx::error::DatabaseError) -> bool {
    let code = cause.code().unwrap_or_default();
    matches!(code.as_ref(), "57P01" | "57P02" | "57P03" | "53300" | "40001" | "40P01")
        || code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6) && code < 10_000)
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DbError::Unique(rule) => write!(f, "unique rule broken: {rule:?}"),
            DbError::Unavailable(cause) | DbError::Storage(_, cause) | DbError::Other(cause) => write!(f, "{cause}"),
        }
    }
}

impl std::error::Error for DbError {}
