//! How API keys end: with their owner, with a password that somebody else may have known, or one by one.

use super::write::Write;
use crate::db::{Conn, DbError, exec, rows};
use crate::types::{Millis, Topic};

/// A key that was revoked, and in which organization it acted.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RevokedKey {
    id: String,
    organization_id: String,
    user_id: String,
    name: String,
}

/// False when it was gone already.
pub async fn delete(conn: &mut Conn<'_>, user_id: &str, id: &str) -> Result<bool, DbError> {
    exec!(conn, "delete from last_uses where subject_id = $1 and credential_id = $2", user_id, id)?;
    Ok(exec!(conn, "delete from api_keys where user_id = $1 and id = $2", user_id, id)? == 1)
}

/// All keys of a user who leaves the organization.
pub async fn delete_of(conn: &mut Conn<'_>, user_id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from last_uses where subject_id = $1", user_id)?;
    exec!(conn, "delete from api_keys where user_id = $1", user_id)?;
    Ok(())
}

/// The names of a user's keys that would open something.
pub async fn live_names(conn: &mut Conn<'_>, user_id: &str, now: Millis) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select name from api_keys
        where user_id = $1 and (expires_at is null or expires_at > $2) order by name_key, id";
    Ok(rows!(conn, (String,), FIND, user_id, now)?.into_iter().map(|row| row.0).collect())
}

pub async fn ids_of(conn: &mut Conn<'_>, user_id: &str) -> Result<Vec<String>, DbError> {
    let ids = rows!(conn, (String,), "select id from api_keys where user_id = $1", user_id)?;
    Ok(ids.into_iter().map(|row| row.0).collect())
}

/// Ends all keys of an account, in every organization, for whoever knew its password may have made any of them; what
/// they were. To be called once the account's row is held.
pub async fn revoke_all(write: &mut Write, account_id: &str) -> Result<Vec<RevokedKey>, DbError> {
    const FIND: &str = "select k.id, k.organization_id, k.user_id, k.name
        from users u join api_keys k on k.user_id = u.id
        where u.account_id = $1 order by k.name_key, k.id";
    let keys = rows!(write.conn(), RevokedKey, FIND, account_id)?;
    for key in &keys {
        delete(&mut write.conn(), &key.user_id, &key.id).await?;
        write.session_ended(&key.id, "revoked");
    }
    if !keys.is_empty() {
        write.tells(&[Topic::ApiKeys, Topic::Sessions]);
    }
    Ok(keys)
}

/// Those of one organization by name: what its audit log may say.
pub fn names_in(organization_id: &str, keys: &[RevokedKey]) -> Vec<String> {
    keys.iter().filter(|key| key.organization_id == organization_id).map(|key| key.name.clone()).collect()
}
