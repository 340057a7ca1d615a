//! What profiles give.

use crate::access::{Level, Levels, Screen};
use crate::db::{Conn, DbError, Query, exec};
use crate::server::clock::is_id;
use std::collections::HashMap;

/// The levels of those of these profiles that are there, by id.
pub async fn levels_of(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
) -> Result<HashMap<String, Levels>, DbError> {
    const FIND: &str = "select p.id, l.screen, l.level from profiles p join levels l on l.owner_id = p.id
        where p.organization_id = ?";
    let ids: Vec<&str> = ids.iter().copied().filter(|id| is_id(id)).collect();
    let query = Query::default().then(FIND, [organization_id.into()]).one_of(conn, "p.id", &ids);
    let mut found: HashMap<String, Levels> = HashMap::new();
    for (id, screen, level) in query.finish().rows::<(String, String, i64)>(conn).await? {
        let levels = found.entry(id).or_default();
        if let Some(screen) = Screen::from_code(&screen) {
            *levels = levels.with(screen, Level::from_stored(level));
        }
    }
    Ok(found)
}

/// Queues behind every other write of this profile until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<(), DbError> {
    const LOCK: &str = "update profiles set version = version where id = $1 and organization_id = $2";
    exec!(conn, LOCK, id, organization_id)?;
    Ok(())
}
