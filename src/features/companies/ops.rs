use super::model::{CompanyChoice, CompanyKind};
use super::store::{self, CompanyRow, NewCompany};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::server::clock::new_id;
use crate::server::{Call, text};
use crate::types::Millis;

/// The root company carries the organization's name.
pub async fn create_root(
    conn: &mut Conn<'_>,
    organization_id: &str,
    name: &str,
    now: Millis,
) -> Result<String, DbError> {
    create(conn, organization_id, None, CompanyKind::Organization, name, now).await
}

/// Makes a company below `parent`; the caller has checked that the kinds go together.
pub async fn create(
    conn: &mut Conn<'_>,
    organization_id: &str,
    parent: Option<&CompanyRow>,
    kind: CompanyKind,
    name: &str,
    now: Millis,
) -> Result<String, DbError> {
    let id = new_id(now);
    let above = parent.map(|row| row.path.as_str()).unwrap_or_default();
    let new = NewCompany {
        id: &id,
        organization_id,
        parent_id: parent.map(|row| row.id.as_str()),
        kind: kind.code(),
        name,
        name_key: &text::fold(name),
        path: &format!("{above}{id}/"),
    };
    store::insert(conn, &new, now).await?;
    Ok(id)
}

/// The companies that the caller manages: its own and those below.
pub async fn choices(call: &Call) -> Result<Vec<CompanyChoice>, AppError> {
    let own = &call.actor().company_path;
    let mut held = call.read().await?;
    let rows = store::list(&mut held.conn(), call.organization_id(), own).await.map_err(|e| call.database(e))?;
    let depth = |path: &str| u32::try_from(path.matches('/').count()).unwrap_or(0);
    let top = depth(own);
    Ok(rows
        .into_iter()
        .map(|row| CompanyChoice { depth: depth(&row.path).saturating_sub(top), id: row.id, name: row.name })
        .collect())
}
