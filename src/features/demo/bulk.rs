//! Thousands of rows in one statement: they travel as one JSON array, which the engine takes apart.

use crate::db::{Conn, DbError, exec};
use serde::Serialize;

/// A statement over the elements `j.value` of an array, in the words of either engine.
pub struct Bulk {
    sqlite: &'static str,
    postgres: &'static str,
}

/// `bulk!("insert into t (a) select j.value ->> 0", "where …")`: the array stands between the two parts.
macro_rules! bulk {
    ($before:literal, $after:literal) => {
        Bulk {
            sqlite: concat!($before, " from json_each($1) as j ", $after),
            postgres: concat!($before, " from jsonb_array_elements(cast($1 as jsonb)) as j (value) ", $after),
        }
    };
}

impl Bulk {
    /// Runs it for rows that are arrays of columns.
    pub async fn run<R: Serialize>(&self, conn: &mut Conn<'_>, rows: &[R]) -> Result<u64, DbError> {
        let json = serde_json::to_string(rows).unwrap_or_default();
        let sql = if matches!(conn, Conn::Sqlite(_)) { self.sqlite } else { self.postgres };
        exec!(conn, sql, json)
    }
}

pub const PLACES: Bulk = bulk!(
    "insert into places (id, organization_id, parent_id, kind, device_kind, name, name_key, position, path, sort_path,
        full_name, state, created_at, search_text)
    select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5, j.value ->> 6,
        cast(j.value ->> 7 as bigint), j.value ->> 8, j.value ->> 9, j.value ->> 10, j.value ->> 11,
        cast(j.value ->> 12 as bigint), j.value ->> 13",
    ""
);

pub const ALERTS: Bulk = bulk!(
    "insert into alerts (id, organization_id, place_id, severity, message, search_text, raised_at, acknowledged_at,
        cleared_at)
    select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5,
        cast(j.value ->> 6 as bigint), cast(j.value ->> 7 as bigint), cast(j.value ->> 8 as bigint)",
    ""
);

/// Without a password: nobody can sign in to such an account.
pub const ACCOUNTS: Bulk = bulk!(
    "insert into accounts (id, username, username_key, name, email, phone, home_organization_id, last_sign_in_at,
        created_at)
    select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5, j.value ->> 6,
        cast(j.value ->> 7 as bigint), cast(j.value ->> 8 as bigint)",
    ""
);

pub const USERS: Bulk = bulk!(
    "insert into users (id, organization_id, account_id, company_id, role, region, description, status, created_at,
        username_key, name_key, email_key, company_key, last_sign_in_at, search_text)
    select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, cast(j.value ->> 4 as bigint), j.value ->> 5,
        j.value ->> 6, j.value ->> 7, cast(j.value ->> 8 as bigint), j.value ->> 9, j.value ->> 10, j.value ->> 11,
        j.value ->> 12, cast(j.value ->> 13 as bigint), j.value ->> 14",
    ""
);

pub const GRANTS: Bulk = bulk!(
    "insert into grants (id, organization_id, subject_kind, subject_id, profile_id, rights_id, place_id, given_by,
        created_at)
    select j.value ->> 0, j.value ->> 1, 'user', j.value ->> 2, j.value ->> 3, j.value ->> 3, j.value ->> 4,
        j.value ->> 5, cast(j.value ->> 6 as bigint)",
    ""
);

/// What `rights::store::index_profiles` does for one user.
pub const USER_PROFILES: Bulk = bulk!(
    "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key, email_key, company_key,
        role, status, last_sign_in_at)
    select distinct u.organization_id, g.profile_id, u.id, u.username_key, u.name_key, u.email_key, u.company_key,
        u.role, u.status, u.last_sign_in_at",
    "cross join users u cross join grants g
    where u.id = j.value ->> 0 and g.subject_id = u.id and g.organization_id = u.organization_id
    and g.profile_id is not null"
);

pub const SESSIONS: Bulk = bulk!(
    "insert into sessions (id, organization_id, account_id, token_hash, client, address, signed_in_at,
        last_activity_at, expires_at)
    select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5,
        cast(j.value ->> 6 as bigint), cast(j.value ->> 7 as bigint), cast(j.value ->> 8 as bigint)",
    ""
);
