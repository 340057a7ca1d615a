use super::store;
use crate::db::{Conn, DbError};
use crate::features::{companies, profiles};
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
