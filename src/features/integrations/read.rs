//! Integrations as their list, their page and the HTTP API show them.

use super::model::{Detail, FormChoices, Health, Integration, Refused, Status};
use super::rights::{self, Held};
pub use super::store::LISTING;
use super::store::{self, IntegrationRow};
use crate::access::{Level, Need, Role, Screen, Target};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::places;
use crate::server::Call;
use crate::server::clock::is_id;
use crate::server::usage::{self, HOUR};
use crate::types::{ListQuery, Page};

/// One page of the integrations that the caller may see: three statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<Integration>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::within_reach(call.actor());
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

async fn with_rights(conn: &mut Conn<'_>, call: &Call, rows: Vec<IntegrationRow>) -> Result<Vec<Integration>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut held = rights::of(conn, call.organization_id(), &ids, call.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let held = held.remove(&row.id).unwrap_or_default();
            integration(row, held)
        })
        .collect())
}

fn integration(row: IntegrationRow, held: Held) -> Integration {
    Integration {
        id: row.id,
        client_id: row.client_id,
        name: row.name,
        company_id: row.company_id,
        company_name: row.company_name,
        role: Role::from_stored(row.role),
        rights: held.rights,
        levels: held.levels,
        status: Status::from_code(&row.status),
        made_by: row.made_by_name,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        version: row.version,
    }
}

/// A row within reach, at `level`; missing and out of reach are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<IntegrationRow, AppError> {
    let row = if is_id(id) { store::find(conn, call.organization_id(), id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    let target = Target::Member {
        company: row.company_path.clone(),
        rank: Role::from_stored(row.role),
        own: row.id == call.actor().subject_id,
    };
    call.require(&Need { screen: Screen::Integrations, level, target }).await?;
    Ok(row)
}

pub async fn one(call: &Call, conn: &mut Conn<'_>, row: IntegrationRow) -> Result<Integration, AppError> {
    let mut all = with_rights(conn, call, vec![row]).await?;
    all.pop().ok_or_else(AppError::not_found)
}

pub async fn get(call: &Call, id: &str) -> Result<Integration, AppError> {
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id, Level::Read).await?;
    one(call, &mut held.conn(), row).await
}

/// All of the page of one integration, its use up to this moment.
pub async fn detail(call: &Call, id: &str) -> Result<Detail, AppError> {
    usage::flush(call.state()).await?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let row = find(call, conn, id, Level::Read).await?;
    let access =
        rights::of(conn, call.organization_id(), &[id], call.now()).await?.remove(id).unwrap_or_default().access;
    let health = health(call, conn, id).await?;
    Ok(Detail {
        integration: one(call, conn, row).await?,
        secrets: store::secrets_of(conn, id, call.now()).await?,
        health,
        access,
        url: call.state().config.public_url.clone(),
    })
}

pub async fn health(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<Health, DbError> {
    let now = call.now();
    let (calls, errors) = store::calls(conn, id, now - now.rem_euclid(HOUR) - 23 * HOUR).await?;
    let last = store::last_uses(conn, id).await?.into_iter().next();
    let refused = store::refused(conn, id).await?;
    let refused = refused.into_iter().filter_map(|(screen, level, times, last_at)| {
        Some(Refused { screen: Screen::from_code(&screen)?, level: Level::from_stored(level), times, last_at })
    });
    Ok(Health {
        calls,
        errors,
        last_used_at: last.as_ref().map(|(_, at, _)| *at),
        last_address: last.map(|(_, _, address)| address).unwrap_or_default(),
        tokens: store::count_tokens(conn, id, now).await?,
        refused: refused.collect(),
    })
}

/// What the form offers: nothing that the caller could not give.
pub async fn choices(call: &Call) -> Result<FormChoices, AppError> {
    let mut held = call.read().await?;
    let (places, everything) = places::ops::choices(call, &mut held.conn()).await?;
    let roles = Role::ALL.into_iter().filter(|role| *role <= call.actor().role).collect();
    Ok(FormChoices { places, everything, roles })
}
