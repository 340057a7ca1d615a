//! The console session of a cookie.

use super::grants::live_grants;
use super::{Organization, Session};
use crate::access::{Actor, ActorKind, Gate, Grant, Role};
use crate::db::{Conn, DbError, row};
use crate::types::{Millis, SessionKind};

/// What a presented cookie turned out to be.
pub enum SessionLookup {
    Live(Box<Session>),
    /// Ended, with the reason that the page at the other end may be told.
    Ended(String),
    Unknown,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    account_id: String,
    ended_reason: Option<String>,
    ended_at: Option<i64>,
    last_activity_at: i64,
    signed_in_at: i64,
    expires_at: i64,
    username: String,
    name: String,
    password_temporary: bool,
    organization_id: Option<String>,
    organization_name: Option<String>,
    idle_limit: Option<i64>,
    user_id: Option<String>,
    role: Option<i64>,
    company_path: Option<String>,
}

/// A membership that is disabled, or in a suspended organization, is as none; the audit log is told the company of a
/// disabled one.
const FIND_SESSION: &str = "select s.id, s.account_id, s.ended_reason, s.ended_at, s.last_activity_at, s.signed_in_at,
        s.expires_at, a.username, a.name, a.password_temporary, o.id as organization_id, o.name as organization_name,
        o.idle_limit, case when u.status = 'active' then u.id end as user_id,
        case when u.status = 'active' then u.role end as role, c.path as company_path
    from sessions s
    join accounts a on a.id = s.account_id
    left join organizations o on o.id = s.organization_id and o.suspended = false
    left join users u on u.account_id = s.account_id and u.organization_id = o.id
    left join companies c on c.id = u.company_id
    where s.token_hash = $1 and s.account_id is not null";

pub async fn find_session(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<SessionLookup, DbError> {
    let Some(row) = row!(conn, SessionRow, FIND_SESSION, token_hash)? else {
        return Ok(SessionLookup::Unknown);
    };
    if row.ended_at.is_some() {
        return Ok(SessionLookup::Ended(row.ended_reason.unwrap_or_default()));
    }
    // Whoever serves ends it in a moment (`server/expiry.rs`), and tells its pages.
    if let Some(reason) = ran_out(&row, now) {
        return Ok(SessionLookup::Ended(reason.to_owned()));
    }
    let grants = match (&row.organization_id, &row.user_id) {
        (Some(organization), Some(user)) => live_grants(conn, organization, user, now).await?,
        _ => Vec::new(),
    };
    Ok(SessionLookup::Live(Box::new(row.with(grants))))
}

fn ran_out(row: &SessionRow, now: Millis) -> Option<&'static str> {
    let idle = row.idle_limit.unwrap_or(0);
    if now >= row.expires_at {
        return Some("expired");
    }
    (idle > 0 && now > row.last_activity_at + idle).then_some("idle")
}

impl SessionRow {
    fn with(self, grants: Vec<Grant>) -> Session {
        let gate = match (self.password_temporary, &self.user_id) {
            (true, _) => Some(Gate::PasswordChangeRequired),
            (false, None) => Some(Gate::NoMembership),
            (false, Some(_)) => None,
        };
        let actor = Actor {
            kind: ActorKind::User,
            subject_id: self.user_id.unwrap_or_default(),
            account_id: self.account_id.clone(),
            name: self.name.clone(),
            organization_id: self.organization_id.clone().unwrap_or_default(),
            role: self.role.map_or(Role::Owner, Role::from_stored),
            company_path: self.company_path.unwrap_or_default(),
            gate,
            grants,
        };
        let organization = self.organization_id.zip(self.organization_name).map(|(id, name)| Organization {
            id,
            name,
            idle_limit: self.idle_limit.unwrap_or(0),
        });
        Session {
            id: self.id,
            kind: SessionKind::Console,
            credential_id: None,
            key: None,
            account_id: self.account_id,
            username: self.username,
            name: self.name,
            organization,
            actor,
            last_activity_at: self.last_activity_at,
            signed_in_at: self.signed_in_at,
            expires_at: self.expires_at,
        }
    }
}
