use super::store;
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::{companies, profiles};
use crate::server::Write;
use crate::server::clock::new_id;
use crate::types::Millis;

/// What every organization begins with.
pub struct Created {
    pub id: String,
    pub root_company_id: String,
    /// The built-in profile *Administrator*.
    pub administrator_id: String,
}

/// Makes an organization with its root company and the built-in profile.
pub async fn create(conn: &mut Conn<'_>, name: &str, now: Millis) -> Result<Created, DbError> {
    let id = new_id(now);
    store::insert(conn, &id, name, now).await?;
    let root_company_id = companies::ops::create_root(conn, &id, name, now).await?;
    let administrator_id = profiles::ops::create_builtin(conn, &id, now).await?;
    Ok(Created { id, root_company_id, administrator_id })
}

/// To be called first in every write that could take an administrator away; `keep_one` is called last.
pub async fn lock(write: &mut Write, organization_id: &str) -> Result<(), DbError> {
    store::lock_administrators(&mut write.conn(), organization_id).await
}

/// The last way in cannot be closed (promise 7): refuses when this transaction leaves no administrator.
pub async fn keep_one(write: &mut Write, organization_id: &str) -> Result<Result<(), AppError>, DbError> {
    let now = write.now;
    if store::count_administrators(&mut write.conn(), organization_id, now).await? > 0 {
        return Ok(Ok(()));
    }
    Ok(Err(AppError::conflict(
        "last_administrator",
        "This would leave the organization without an administrator. Make somebody else one first.",
    )))
}
