//! Where a right can count.

use crate::db::{Conn, DbError, Query};
use crate::server::clock::is_id;
use std::collections::HashMap;

/// The paths of those of these places that are there, by id.
pub async fn paths(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
) -> Result<HashMap<String, String>, DbError> {
    const FIND: &str = "select p.id, p.path from places p where p.retired = false and p.organization_id = ?";
    let ids: Vec<&str> = ids.iter().copied().filter(|id| is_id(id)).collect();
    let query = Query::default().then(FIND, [organization_id.into()]).one_of(conn, "p.id", &ids);
    Ok(query.finish().rows::<(String, String)>(conn).await?.into_iter().collect())
}

/// The paths of those of these devices that are there, by id.
pub async fn device_paths(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
) -> Result<HashMap<String, String>, DbError> {
    const FIND: &str = "select p.id, p.path from places p where p.retired = false and p.kind = 'device'
        and p.organization_id = ?";
    let ids: Vec<&str> = ids.iter().copied().filter(|id| is_id(id)).collect();
    let query = Query::default().then(FIND, [organization_id.into()]).one_of(conn, "p.id", &ids);
    Ok(query.finish().rows::<(String, String)>(conn).await?.into_iter().collect())
}
