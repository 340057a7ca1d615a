//! Passwords that somebody else sets: made or typed, handed over once, to be replaced at the next sign-in.

use super::model::{Handover, PasswordSetup};
use super::store::{self, UserRow};
use super::{ops, view};
use crate::access::Level;
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::features::accounts::store::{self as accounts, Password};
use crate::features::places;
use crate::server::clock::random;
use crate::server::password::{generate, policy};
use crate::server::{Call, Entry};
use crate::types::{Millis, Topic};

/// A temporary password is spent when it is replaced, or after 72 hours.
pub const TEMPORARY_LIFE: Millis = 72 * 3_600_000;

/// A password on its way to the hash, and what the administrator is shown.
pub struct Prepared {
    pub value: String,
    /// None when it was typed.
    pub shown: Option<String>,
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
pub fn prepare(setup: &PasswordSetup, context: &[String]) -> Result<Prepared, FieldError> {
    match setup {
        PasswordSetup::Auto => {
            let value = generate::temporary(&mut |bytes: &mut [u8]| random(bytes));
            Ok(Prepared { shown: Some(value.clone()), value })
        }
        PasswordSetup::Custom { value } => {
            policy::check(value, context).map_err(|message| FieldError::new("password", "policy", message))?;
            Ok(Prepared { value: value.clone(), shown: None })
        }
    }
}

pub async fn set(conn: &mut Conn<'_>, call: &Call, account_id: &str, hash: &str, now: Millis) -> Result<(), DbError> {
    let expires_at = Some(now + TEMPORARY_LIFE);
    let password = Password { hash, temporary: true, expires_at, set_by: Some(call.organization_id()) };
    accounts::set_password(conn, account_id, &password).await
}

/// Resets a user's password: it must rank no higher, belong here, and hold no right that the caller lacks.
pub async fn reset(call: &Call, id: &str, setup: &PasswordSetup) -> Result<Handover, AppError> {
    let mut held = call.read().await?;
    let row = may_reset(call, &mut held.conn(), id).await?;
    let context = context(call, &mut held.conn(), &row.username).await?;
    drop(held);
    let prepared = prepare(setup, &context).map_err(|error| AppError::invalid(vec![error]))?;
    let hash = call.state().hasher.hash(prepared.value).await?;
    let mut write = ops::begin(call).await?;
    // Hashing took a while: decided again on what stands there now.
    let row = may_reset(call, &mut write.conn(), id).await?;
    let now = write.now;
    set(&mut write.conn(), call, &row.account_id, hash.expose(), now).await?;
    let sessions = store::sessions_anywhere(&mut write.conn(), &row.account_id).await?;
    ops::end_all(call, &mut write, sessions, "password_reset").await?;
    // An administrator with a temporary password is none.
    crate::features::organizations::ops::keep_one(&mut write, call.organization_id()).await??;
    let user = view::one(call, &mut write.conn(), row.clone()).await?;
    let entry = Entry::new("users.reset_password", "user", id, &row.username);
    write.commit(vec![entry.tells(&[Topic::Users, Topic::Access, Topic::Sessions])]).await?;
    Ok(Handover { user, temporary_password: prepared.shown })
}

async fn may_reset(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<UserRow, AppError> {
    let row = view::find(call, conn, id, Level::Full).await?;
    ops::at_home(call, &row)?;
    ops::rights_within(call, conn, &row).await?;
    Ok(row)
}
