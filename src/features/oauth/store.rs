use crate::db::{Conn, DbError, exec, row};
use crate::server::identity::Client;
use crate::types::Millis;

pub struct NewToken<'a> {
    pub id: &'a str,
    pub client: &'a Client,
    pub token_hash: &'a str,
    /// A JSON table screen → level; none is all that the client may do.
    pub scope: Option<String>,
    pub user_agent: &'a str,
    pub address: &'a str,
    pub expires_at: Millis,
}

const INSERT: &str = "insert into sessions (id, organization_id, integration_id, secret_id, scope, token_hash, client,
        address, signed_in_at, last_activity_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)";

/// Reads those that ran out and no others: a client may hold thousands of live tokens.
pub(super) const RAN_OUT: &str = "update sessions set ended_at = expires_at, ended_reason = 'expired'
    where integration_id = $1 and ended_at is null and expires_at <= $2";

/// Inserts a token, and ends those of the client that ran out.
pub async fn insert_token(conn: &mut Conn<'_>, new: &NewToken<'_>, now: Millis) -> Result<(), DbError> {
    exec!(conn, RAN_OUT, new.client.actor.subject_id.as_str(), now)?;
    exec!(
        conn,
        INSERT,
        new.id,
        new.client.actor.organization_id.as_str(),
        new.client.actor.subject_id.as_str(),
        new.client.secret_id.as_str(),
        new.scope.as_deref(),
        new.token_hash,
        new.user_agent,
        new.address,
        now,
        new.expires_at
    )?;
    Ok(())
}

/// Ends a client's own token; its id, when it was alive.
pub async fn revoke(
    conn: &mut Conn<'_>,
    integration_id: &str,
    token_hash: &str,
    now: Millis,
) -> Result<Option<String>, DbError> {
    const REVOKE: &str = "update sessions set ended_at = $3, ended_reason = 'revoked', ended_by = $1
        where integration_id = $1 and token_hash = $2 and ended_at is null and expires_at > $3 returning id";
    Ok(row!(conn, (String,), REVOKE, integration_id, token_hash, now)?.map(|row| row.0))
}
