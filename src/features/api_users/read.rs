//! API users as their list, their page and the HTTP API show them.

use super::model::{AccessToken, ApiUser, Detail};
pub use super::store::LISTING;
use super::store::{self, ApiUserRow};
use crate::access::{Level, Need, Role, Screen, Target};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::integrations;
use crate::features::integrations::model::{Health, Status};
use crate::rights::held::{self, Held};
use crate::server::clock::is_id;
use crate::server::{Call, usage};
use crate::types::{ListQuery, Millis, Named, Page};

/// One page of the API users that the caller may see: four statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<ApiUser>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::within_reach(call.actor());
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

async fn with_rights(conn: &mut Conn<'_>, call: &Call, rows: Vec<ApiUserRow>) -> Result<Vec<ApiUser>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut held = held::of(conn, call.organization_id(), &ids, call.now()).await?;
    let mut teams = store::teams(conn, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (held, teams) = (held.remove(&row.id), teams.remove(&row.id));
            api_user(row, held.unwrap_or_default(), teams.unwrap_or_default(), call.now())
        })
        .collect())
}

fn api_user(row: ApiUserRow, held: Held, teams: Vec<(String, String)>, now: Millis) -> ApiUser {
    ApiUser {
        id: row.id,
        name: row.name,
        remark: row.remark,
        company_id: row.company_id,
        company_name: row.company_name,
        role: Role::from_stored(row.role),
        status: Status::from_code(&row.status),
        teams: teams.into_iter().map(|(id, name)| Named { id, name }).collect(),
        held: held.shown,
        token: AccessToken {
            hint: row.token_hint,
            made_at: row.token_made_at,
            expires_at: row.token_expires_at,
            expired: row.token_expires_at.is_some_and(|expires| now >= expires),
        },
        made_by: row.made_by_name,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        last_address: row.last_address,
        version: row.version,
    }
}

/// A row within reach, at `level`; missing and out of reach are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<ApiUserRow, AppError> {
    let row = if is_id(id) { store::find(conn, call.organization_id(), id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    let target = Target::Member {
        company: row.company_path.clone(),
        rank: Role::from_stored(row.role),
        own: row.id == call.actor().subject_id,
    };
    call.require(&Need { screen: Screen::Members, level, target }).await?;
    Ok(row)
}

pub async fn one(call: &Call, conn: &mut Conn<'_>, row: ApiUserRow) -> Result<ApiUser, AppError> {
    with_rights(conn, call, vec![row]).await?.pop().ok_or_else(AppError::not_found)
}

/// With its use up to this moment.
pub async fn get(call: &Call, id: &str) -> Result<ApiUser, AppError> {
    usage::flush(call.state()).await?;
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id, Level::Read).await?;
    one(call, &mut held.conn(), row).await
}

/// All of the page of one API user, its use up to this moment.
pub async fn detail(call: &Call, id: &str) -> Result<Detail, AppError> {
    let api_user = get(call, id).await?;
    let mut held = call.read().await?;
    let health = integrations::read::health(call, &mut held.conn(), id).await?;
    let alive = api_user.status == Status::Active && !api_user.token.expired;
    let url = call.state().config.public_url.clone();
    Ok(Detail { health: Health { tokens: i64::from(alive), ..health }, api_user, url })
}
