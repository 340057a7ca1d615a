//! What it takes to change somebody's identity or to end their sessions, beside reaching their row.

use super::store::UserRow;
use crate::access::within;
use crate::db::Conn;
use crate::error::AppError;
use crate::server::identity::{end_session, find_actor};
use crate::server::{Call, Write};

pub fn at_home(call: &Call, row: &UserRow) -> Result<(), AppError> {
    if row.home_organization_id.as_deref() == Some(call.organization_id()) {
        return Ok(());
    }
    let message = "Another organization created this account. Only its administrators can edit or reset it.";
    Err(AppError::forbidden("not_home", message))
}

pub async fn rights_within(call: &Call, conn: &mut Conn<'_>, row: &UserRow) -> Result<(), AppError> {
    let other = find_actor(conn, call.organization_id(), &row.id, call.now()).await?.ok_or_else(AppError::not_found)?;
    within(&other, call.actor()).map_err(|short| {
        let screen = short.screen.label();
        let message = format!("You can't do this, because the user has permissions on {screen} that you don't have.");
        AppError::forbidden("above_rights", message)
    })
}

pub async fn end_all(call: &Call, write: &mut Write, sessions: Vec<String>, reason: &str) -> Result<(), AppError> {
    let now = write.now;
    for session in sessions {
        end_session(&mut write.conn(), &session, reason, Some(&call.actor().subject_id), now).await?;
        write.session_ended(&session, reason);
    }
    Ok(())
}
