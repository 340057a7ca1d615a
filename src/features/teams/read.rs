//! Teams as their list, their form and the HTTP API show them.

use super::model::TeamRow;
use super::store;
pub use super::store::{LISTING, MEMBERS};
use crate::access::{DeviceRight, Gift, Role, may_give};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::users;
use crate::rights::held;
use crate::rights::model::FormChoices;
use crate::server::Call;
use crate::types::{ListQuery, Named, Page};

/// One page of the organization's teams: three statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<TeamRow>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::of_organization(call.actor());
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

async fn with_rights(conn: &mut Conn<'_>, call: &Call, mut rows: Vec<TeamRow>) -> Result<Vec<TeamRow>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.team.id.as_str()).collect();
    let mut held = held::of(conn, call.organization_id(), &ids, call.now()).await?;
    for row in &mut rows {
        let held = held.remove(&row.team.id).unwrap_or_default();
        (row.team.rights, row.facts) = (held.rights, held.facts);
        row.team.hidden_count = row.member_count - row.team.user_count - row.team.api_user_count;
    }
    Ok(rows)
}

/// Missing and of another organization are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<TeamRow, AppError> {
    LISTING.find(conn, store::select(call.actor()), id).await
}

pub async fn one(call: &Call, conn: &mut Conn<'_>, row: TeamRow) -> Result<TeamRow, AppError> {
    with_rights(conn, call, vec![row]).await?.pop().ok_or_else(AppError::not_found)
}

pub async fn get(call: &Call, id: &str) -> Result<TeamRow, AppError> {
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id).await?;
    one(call, &mut held.conn(), row).await
}

/// What the forms of teams and API users offer: nothing that the caller could not give.
pub async fn choices(call: &Call) -> Result<FormChoices, AppError> {
    let of_users = users::read::choices(call).await?;
    let mut held = call.read().await?;
    let teams = store::names(&mut held.conn(), call.organization_id()).await?;
    let everywhere = |right: &DeviceRight| {
        may_give(call.actor(), &Gift { levels: right.levels(), place: None, until: None }).is_ok()
    };
    Ok(FormChoices {
        profiles: of_users.profiles,
        places: of_users.places,
        everything: of_users.everything,
        all_devices: DeviceRight::ALL.into_iter().filter(everywhere).collect(),
        roles: Role::ALL.into_iter().filter(|role| *role <= call.actor().role).collect(),
        teams: teams.into_iter().map(|(id, name)| Named { id, name }).collect(),
    })
}
