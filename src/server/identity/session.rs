//! Who asks, and the end of what they ask with.

use crate::access::Actor;
use crate::db::{Conn, DbError, exec};
use crate::types::{Millis, SessionKind};

/// Who asks: a person by the cookie of the console or by a key of their own, an integration or an API user by its access
/// token.
#[derive(Clone, Debug)]
pub struct Session {
    /// Of a key or an API user, its own: it has no row among the sessions.
    pub id: String,
    pub kind: SessionKind,
    /// What proves who it is: the client secret that a token was given for, the key, or the API user.
    pub credential_id: Option<String>,
    /// The key that a person asks with.
    pub key: Option<Key>,
    /// Empty for what is no person.
    pub account_id: String,
    /// The client ID of an integration, the id of an API user.
    pub username: String,
    pub name: String,
    /// None for an account without an active membership.
    pub organization: Option<Organization>,
    pub actor: Actor,
    pub last_activity_at: Millis,
    pub signed_in_at: Millis,
    pub expires_at: Millis,
}

/// An API key, as its owner named it.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct Organization {
    pub id: String,
    pub name: String,
    /// Milliseconds; 0 is never.
    pub idle_limit: Millis,
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
