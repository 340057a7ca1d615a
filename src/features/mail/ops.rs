//! What people do with the outbox: put something in, look at it, try again, take out.

use super::model::{Mail, MailRow};
pub use super::store::LISTING;
use super::store::{self, NewMail};
use crate::access::{Level, Screen, company_of};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::accounts::store as accounts;
use crate::server::clock::{is_id, new_id};
use crate::server::{Call, Entry, Write};
use crate::types::{ListQuery, Page, Topic};
use serde_json::json;

/// A mail will bring this account a temporary password; until it is sent the account has none. Whoever commits says so
/// to `Topic::Settings`, which wakes the sender.
pub async fn mail_password(
    write: &mut Write,
    organization_id: &str,
    user_id: &str,
    account_id: &str,
) -> Result<(), DbError> {
    let now = write.now;
    let id = new_id(now);
    let conn = &mut write.conn();
    store::insert(conn, &NewMail { id: &id, organization_id, user_id, account_id }, now).await?;
    accounts::await_mailed_password(conn, account_id, &id, organization_id).await
}

pub fn no_mail_server() -> AppError {
    let message = "No mail server is configured. Set DOORWARD_SMTP_URL and DOORWARD_MAIL_FROM, then restart Doorward.";
    AppError::conflict("no_mail_server", message)
}

/// The mails of people within the caller's reach that wait or were given up.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<MailRow>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let [rows, count] = store::within_reach(call.actor());
    wanted.page(call, &mut held.conn(), rows, count).await
}

/// A mail to somebody whom the caller may administer; missing and out of reach are one answer.
async fn find(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<MailRow, AppError> {
    let row = if is_id(id) { store::find(conn, call.organization_id(), id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    let of = (row.company_path.as_str(), row.role, row.mail.user_id.as_str());
    call.require_of(Screen::Settings, Level::Full, of).await?;
    Ok(row)
}

/// Tries a mail at once. It goes to the address that the account has now.
pub async fn retry(call: &Call, id: &str) -> Result<MailRow, AppError> {
    let mut write = call.write().await?;
    let row = find(call, &mut write.conn(), id).await?;
    if call.state().config.mail.is_none() {
        return Err(no_mail_server());
    }
    let now = write.now;
    if !store::retry(&mut write.conn(), id, now).await? {
        return Err(AppError::conflict("being_sent", "This mail is being sent right now."));
    }
    let after = find(call, &mut write.conn(), id).await?;
    let entry = Entry::of(company_of(&row.company_path), "mail.retry", "user", &row.mail.user_id, &row.username)
        .after(json!({ "to": row.mail.to }));
    write.commit(vec![entry.tells(&[Topic::Settings])]).await?;
    Ok(after)
}

/// Takes a mail out. Whoever it was for has no password until somebody sets one.
pub async fn remove(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = call.write().await?;
    let row = find(call, &mut write.conn(), id).await?;
    store::forget(&mut write.conn(), id).await?;
    if !store::delete(&mut write.conn(), id).await? {
        return Err(AppError::not_found());
    }
    let Mail { to, kind, tries, .. } = &row.mail;
    let before = json!({ "to": to, "kind": kind, "tries": tries });
    let entry = Entry::of(company_of(&row.company_path), "mail.remove", "user", &row.mail.user_id, &row.username)
        .before(before);
    write.commit(vec![entry.tells(&[Topic::Settings])]).await?;
    Ok(())
}
