//! API users as their list, their page and the HTTP API show them.

use super::model::{ApiUserRow, Detail};
use super::store;
pub use super::store::LISTING;
use crate::access::{Level, Screen};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::integrations;
use crate::features::integrations::model::Health;
use crate::rights::{held, membership};
use crate::server::{Call, usage_log};
use crate::types::{ListQuery, Page, Status};

/// One page of the API users that the caller may see: four statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<ApiUserRow>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::within_reach(call.actor());
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

async fn with_rights(conn: &mut Conn<'_>, call: &Call, mut rows: Vec<ApiUserRow>) -> Result<Vec<ApiUserRow>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.api_user.id.as_str()).collect();
    let mut held = held::of(conn, call.organization_id(), &ids, call.now()).await?;
    let mut teams = membership::teams_of(conn, &ids).await?;
    for row in &mut rows {
        let it = &mut row.api_user;
        let held = held.remove(&it.id).unwrap_or_default();
        row.teams = teams.remove(&it.id).unwrap_or_default();
        it.teams = row.teams.iter().map(|team| team.id.clone()).collect();
        (it.rights, row.facts) = (held.rights, held.facts);
        row.expired = it.token.expires_at.is_some_and(|expires| call.now() >= expires.0);
    }
    Ok(rows)
}

/// One within reach, at `level`, with its teams and rights; missing and out of reach are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<ApiUserRow, AppError> {
    let row = LISTING.find(conn, store::of_organization(call.organization_id()), id).await?;
    let it = &row.api_user;
    call.require_of(Screen::Members, level, (&row.company_path, it.role, &it.id)).await?;
    with_rights(conn, call, vec![row]).await?.pop().ok_or_else(AppError::not_found)
}

/// With its use up to this moment.
pub async fn get(call: &Call, id: &str) -> Result<ApiUserRow, AppError> {
    usage_log::flush(call.state()).await?;
    let mut held = call.read().await?;
    find(call, &mut held.conn(), id, Level::Read).await
}

/// All of the page of one API user, its use up to this moment.
pub async fn detail(call: &Call, id: &str) -> Result<Detail, AppError> {
    let row = get(call, id).await?;
    let mut held = call.read().await?;
    let health = integrations::read::health(call, &mut held.conn(), id).await?;
    let alive = row.api_user.status == Status::Active && !row.expired;
    let url = call.state().config.public_url.clone();
    Ok(Detail { health: Health { tokens: i64::from(alive), ..health }, row, url })
}

pub async fn health(call: &Call, id: &str) -> Result<Health, AppError> {
    Ok(detail(call, id).await?.health)
}
