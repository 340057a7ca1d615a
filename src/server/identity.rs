//! Who is behind a request: the session of a cookie, and the live grants of a user.

use crate::access::{Actor, ActorKind, Gate, Grant, Level, Levels, Place, Role, Screen, Source};
use crate::db::{Conn, DbError, exec, row, rows};
use crate::types::Millis;

/// A console session, as found by its cookie.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub account_id: String,
    pub username: String,
    pub name: String,
    /// None for an account without an active membership.
    pub organization: Option<Organization>,
    pub actor: Actor,
    pub last_activity_at: Millis,
    pub signed_in_at: Millis,
    pub expires_at: Millis,
}

#[derive(Clone, Debug)]
pub struct Organization {
    pub id: String,
    pub name: String,
    /// Milliseconds; 0 is never.
    pub idle_limit: Millis,
}

/// What a presented cookie turned out to be.
pub enum Found {
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

/// A membership that is disabled, or in a suspended organization, is as none.
const FIND_SESSION: &str = "select s.id, s.account_id, s.ended_reason, s.ended_at, s.last_activity_at, s.signed_in_at,
        s.expires_at, a.username, a.name, a.password_temporary, o.id as organization_id, o.name as organization_name,
        o.idle_limit, u.id as user_id, u.role, c.path as company_path
    from sessions s
    join accounts a on a.id = s.account_id
    left join organizations o on o.id = s.organization_id and o.suspended = false
    left join users u on u.account_id = s.account_id and u.organization_id = o.id and u.status = 'active'
    left join companies c on c.id = u.company_id
    where s.token_hash = $1";

pub async fn find_session(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<Found, DbError> {
    let Some(row) = row!(conn, SessionRow, FIND_SESSION, token_hash)? else {
        return Ok(Found::Unknown);
    };
    if row.ended_at.is_some() {
        return Ok(Found::Ended(row.ended_reason.unwrap_or_default()));
    }
    if let Some(reason) = ran_out(&row, now) {
        end_session(conn, &row.id, reason, None, now).await?;
        return Ok(Found::Ended(reason.to_owned()));
    }
    let grants = match (&row.organization_id, &row.user_id) {
        (Some(organization), Some(user)) => live_grants(conn, organization, user, now).await?,
        _ => Vec::new(),
    };
    Ok(Found::Live(Box::new(row.with(grants))))
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
            user_id: self.user_id.unwrap_or_default(),
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

const END_SESSION: &str = "update sessions set ended_at = $2, ended_reason = $3, ended_by = $4
    where id = $1 and ended_at is null";

/// Ends one session; false when it had ended already.
pub async fn end_session(
    conn: &mut Conn<'_>,
    id: &str,
    reason: &str,
    by: Option<&str>,
    now: Millis,
) -> Result<bool, DbError> {
    Ok(exec!(conn, END_SESSION, id, now, reason, by)? == 1)
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    id: String,
    profile_id: Option<String>,
    profile_name: Option<String>,
    builtin: Option<bool>,
    place_id: Option<String>,
    place_path: Option<String>,
    place_name: Option<String>,
    until_at: Option<i64>,
    screen: String,
    level: i64,
}

/// The grants that are live at `now`, one row per screen; a retired place opens nothing.
const LIVE_GRANTS: &str = "select g.id, g.profile_id, p.name as profile_name, p.builtin, g.place_id,
        pl.path as place_path, pl.full_name as place_name, g.until_at, l.screen, l.level
    from grants g
    join levels l on l.owner_id = g.rights_id
    left join profiles p on p.id = g.profile_id
    left join places pl on pl.id = g.place_id
    where g.subject_id = $2 and g.organization_id = $1
    and (g.from_at is null or g.from_at <= $3)
    and (g.until_at is null or g.until_at > $3)
    and (g.place_id is null or pl.retired = false)
    order by g.id";

async fn live_grants(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_id: &str,
    now: Millis,
) -> Result<Vec<Grant>, DbError> {
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows!(conn, GrantRow, LIVE_GRANTS, organization_id, subject_id, now)? {
        let Some(screen) = Screen::from_code(&row.screen) else { continue };
        let level = Level::from_stored(row.level);
        match grants.last_mut() {
            Some(last) if last.id == row.id => last.levels = last.levels.with(screen, level),
            _ => grants.push(row.into_grant(screen, level)),
        }
    }
    Ok(grants)
}

impl GrantRow {
    fn into_grant(self, screen: Screen, level: Level) -> Grant {
        let source = match (self.profile_id, self.profile_name) {
            (Some(id), Some(name)) => Source::Profile { id, name, builtin: self.builtin.unwrap_or(false) },
            _ => Source::Own,
        };
        let place = match (self.place_id, self.place_path, self.place_name) {
            (Some(id), Some(path), Some(full_name)) => Some(Place { id, path, full_name }),
            _ => None,
        };
        Grant { id: self.id, source, levels: Levels::NONE.with(screen, level), place, until: self.until_at }
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    account_id: String,
    name: String,
    role: i64,
    company_path: String,
    status: String,
    password_temporary: bool,
}

const FIND_USER: &str = "select u.account_id, a.name, u.role, c.path as company_path, u.status, a.password_temporary
    from users u
    join accounts a on a.id = u.account_id
    join companies c on c.id = u.company_id
    where u.id = $1 and u.organization_id = $2";

/// A user of the organization as an actor, whether it may enter now or not: its live grants, gate aside.
pub async fn find_actor(
    conn: &mut Conn<'_>,
    organization_id: &str,
    user_id: &str,
    now: Millis,
) -> Result<Option<Actor>, DbError> {
    let Some(user) = row!(conn, UserRow, FIND_USER, user_id, organization_id)? else {
        return Ok(None);
    };
    let gate = match user.status.as_str() {
        "active" if user.password_temporary => Some(Gate::PasswordChangeRequired),
        "active" => None,
        _ => Some(Gate::NoMembership),
    };
    Ok(Some(Actor {
        kind: ActorKind::User,
        user_id: user_id.to_owned(),
        account_id: user.account_id,
        name: user.name,
        organization_id: organization_id.to_owned(),
        role: Role::from_stored(user.role),
        company_path: user.company_path,
        gate,
        grants: live_grants(conn, organization_id, user_id, now).await?,
    }))
}
