use super::store::{self, Password};
use crate::db::DbError;
use crate::features::accounts::store::TEMPORARY_LIFE;
use crate::server::clock::random;
use crate::server::identity::end_session;
use crate::server::password::generate;
use crate::server::{AppState, Call, Entry, Reason, api_keys, text};
use crate::types::Topic;
use serde_json::json;

/// A temporary password to hand over: printed on stdout, kept nowhere.
pub struct Reset {
    pub username: String,
    pub password: String,
    /// How many API keys it had.
    pub revoked_keys: usize,
}

/// Gives an account a temporary password, ends its sessions and revokes its API keys. Whoever runs the command owns the database, so no
/// right is asked for, and no organization counts as the one that set the password.
pub async fn reset_from_command_line(state: &AppState, username: &str) -> Result<Reset, String> {
    let unknown = || format!("there is no account {username:?}");
    let key = text::username_key(username).ok_or_else(unknown)?;
    let password = generate::temporary(&mut |bytes: &mut [u8]| random(bytes));
    let hash = state.hasher.hash(password.clone()).await.map_err(|error| error.message)?;
    let system = Call::system(state, Reason::CommandLine);
    let run = async {
        let mut write = system.write().await?;
        let now = write.now;
        let Some(account) = store::find_credentials(&mut write.conn(), &key).await? else { return Ok(None) };
        let new =
            Password { hash: hash.expose(), temporary: true, expires_at: Some(now + TEMPORARY_LIFE), set_by: None };
        store::set_password(&mut write.conn(), &account.id, &new).await?;
        for session in store::active_sessions(&mut write.conn(), &account.id).await? {
            end_session(&mut write.conn(), &session, "password_reset", None, now).await?;
            write.session_ended(&session, "password_reset");
        }
        let keys = api_keys::revoke_all(&mut write, &account.id).await?;
        let home = store::home_organization(&mut write.conn(), &account.id).await?.unwrap_or_default();
        if !home.is_empty() {
            write.within(&home);
        }
        let company = account.home_company_id.as_deref();
        let entry = Entry::of(company, "password.reset", "account", &account.id, &account.username)
            .before(json!({
                "password_temporary": account.password_temporary, "api_keys": api_keys::names_in(&home, &keys),
            }))
            .after(json!({ "password_temporary": true, "api_keys": [] }));
        write.commit(vec![entry.tells(&[Topic::Users, Topic::Access, Topic::Sessions])]).await?;
        Ok(Some((account.username, keys.len())))
    };
    let (username, revoked_keys) = run.await.map_err(|error: DbError| error.to_string())?.ok_or_else(unknown)?;
    Ok(Reset { username, password, revoked_keys })
}
