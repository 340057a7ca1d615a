//! Passwords that somebody else sets: mailed, or handed over once; to be replaced at the next sign-in.

use super::model::{PasswordSetup, UserView};
use super::store::{self, UserRow};
use super::{bounds, read};
use crate::access::Level;
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::features::accounts::store::{self as accounts, Password};
use crate::features::{mail, places};
use crate::rights::{self, keep_an_administrator};
use crate::server::clock::random;
use crate::server::password::{PasswordHash, generate, policy};
use crate::server::{Call, Entry, Write, api_keys};
use crate::types::Topic;
use serde_json::json;

/// A password on its way to the account.
pub enum NewPassword {
    Known {
        value: String,
        /// What the administrator is shown; none when it was typed.
        shown: Option<String>,
    },
    /// Made when its mail is sent.
    Mailed,
}

/// The same, ready to be stored.
pub enum HashedPassword {
    Known { hash: PasswordHash, shown: Option<String> },
    Mailed,
}

impl NewPassword {
    pub async fn hashed(self, call: &Call) -> Result<HashedPassword, AppError> {
        Ok(match self {
            NewPassword::Known { value, shown } => {
                HashedPassword::Known { hash: call.state().hasher.hash(value).await?, shown }
            }
            NewPassword::Mailed => HashedPassword::Mailed,
        })
    }
}

impl HashedPassword {
    /// What else there is to look at: the outbox, whose sender wakes up.
    pub fn tells(&self) -> &'static [Topic] {
        match self {
            HashedPassword::Known { .. } => &[],
            HashedPassword::Mailed => &[Topic::Settings],
        }
    }

    /// The user with the password to hand over, this once; one that was typed is not said again.
    pub fn handed_over(self, mut view: UserView) -> UserView {
        match self {
            HashedPassword::Known { shown, .. } => view.user.temporary_password = shown,
            HashedPassword::Mailed => view.user.password_mailed_to = Some(view.user.email.clone()),
        }
        view
    }
}

/// What others can guess a password of this username with: the names that everybody here knows.
pub async fn context(call: &Call, conn: &mut Conn<'_>, username: &str) -> Result<Vec<String>, DbError> {
    let mut context = vec![username.to_owned()];
    if let Some(organization) = &call.session.organization {
        context.push(organization.name.clone());
        context.extend(places::store::building_names(conn, &organization.id).await?);
    }
    Ok(context)
}

/// Makes one, or checks the one that was typed against the policy.
pub fn prepare(setup: &PasswordSetup, context: &[String], by_mail: bool) -> Result<NewPassword, FieldError> {
    match setup {
        PasswordSetup::Auto if by_mail => Ok(NewPassword::Mailed),
        PasswordSetup::Auto => {
            let value = generate::temporary(&mut |bytes: &mut [u8]| random(bytes));
            Ok(NewPassword::Known { shown: Some(value.clone()), value })
        }
        PasswordSetup::Custom { value } => {
            policy::check(value, context).map_err(|message| FieldError::new("password", "policy", message))?;
            Ok(NewPassword::Known { value: value.clone(), shown: None })
        }
    }
}

/// Gives the account of a user its new password, or a mail that will.
pub async fn set(
    write: &mut Write,
    call: &Call,
    (user_id, account_id): (&str, &str),
    ready: &HashedPassword,
) -> Result<(), DbError> {
    let organization = call.organization_id();
    let HashedPassword::Known { hash, .. } = ready else {
        return mail::ops::mail_password(write, organization, user_id, account_id).await;
    };
    let expires_at = Some(write.now + accounts::TEMPORARY_LIFE);
    let password = Password { hash: hash.expose(), temporary: true, expires_at, set_by: Some(organization) };
    accounts::set_password(&mut write.conn(), account_id, &password).await
}

/// Resets a user's password: it must rank no higher, belong here, and hold no right that the caller lacks. Its sessions
/// end, and so do its API keys unless they are kept (OWASP ASVS 5.0 §7.4.3): a key that a thief made outlives the password.
pub async fn reset(call: &Call, id: &str, setup: &PasswordSetup, keep_keys: bool) -> Result<UserView, AppError> {
    let mut held = call.read().await?;
    let row = may_reset(call, &mut held.conn(), id).await?;
    let context = context(call, &mut held.conn(), &row.username).await?;
    drop(held);
    let prepared = prepare(setup, &context, read::goes_by_mail(call, &row.email));
    let ready = prepared.map_err(|error| AppError::invalid(vec![error]))?.hashed(call).await?;
    let mut write = rights::begin(call).await?;
    // Hashing took a while: decided again on what stands there now.
    let row = may_reset(call, &mut write.conn(), id).await?;
    let credentials = accounts::get_credentials(&mut write.conn(), &row.account_id).await?;
    set(&mut write, call, (&row.id, &row.account_id), &ready).await?;
    let sessions = store::sessions_anywhere(&mut write.conn(), &row.account_id).await?;
    let ended = sessions.len();
    bounds::end_all(call, &mut write, sessions, "password_reset").await?;
    let revoked = match keep_keys {
        true => Vec::new(),
        false => api_keys::revoke_all(&mut write, &row.account_id).await?,
    };
    // An administrator with a temporary password is none.
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let user = read::one(call, &mut write.conn(), row.clone()).await?;
    let temporary = credentials.is_some_and(|credentials| credentials.password_temporary);
    let names = api_keys::names_in(call.organization_id(), &revoked);
    let entry = Entry::of(Some(&row.company_id), "users.reset_password", "user", id, &row.username)
        .before(json!({ "password_temporary": temporary, "sessions": ended, "api_keys": names }))
        .after(json!({
            "password_temporary": true, "mailed": matches!(ready, HashedPassword::Mailed), "sessions": 0,
            "api_keys_kept": keep_keys,
        }));
    let entry = entry.tells(&[Topic::Users, Topic::Access, Topic::Sessions]).tells(ready.tells());
    write.commit(vec![entry]).await?;
    Ok(ready.handed_over(user))
}

async fn may_reset(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<UserRow, AppError> {
    let row = read::find(call, conn, id, Level::Full).await?;
    bounds::at_home(call, &row)?;
    bounds::rights_within(call, conn, &row).await?;
    Ok(row)
}
