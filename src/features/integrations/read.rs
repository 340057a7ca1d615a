//! Integrations as their list, their page and the HTTP API show them.

use super::model::{ClientSecret, Detail, FormChoices, Health, IntegrationRow, RefusedNeed};
use super::rights;
use super::store;
pub use super::store::LISTING;
use crate::access::{Level, Role, Screen};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::places;
use crate::server::Call;
use crate::server::usage::HOUR;
use crate::server::usage_log;
use crate::types::{ListQuery, Page};

/// One page of the integrations that the caller may see: three statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<IntegrationRow>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::within_reach(call.actor());
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: with_rights(conn, call, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}

async fn with_rights(
    conn: &mut Conn<'_>,
    call: &Call,
    mut rows: Vec<IntegrationRow>,
) -> Result<Vec<IntegrationRow>, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.integration.id.as_str()).collect();
    let mut held = rights::of(conn, call.organization_id(), &ids, call.now()).await?;
    for row in &mut rows {
        let held = held.remove(&row.integration.id).unwrap_or_default();
        row.integration.set_rights(held.rights);
        row.opens = held.levels;
    }
    Ok(rows)
}

/// A row within reach, at `level`; missing and out of reach are one answer.
pub async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<IntegrationRow, AppError> {
    let row = LISTING.find(conn, store::of_organization(call.organization_id()), id).await?;
    let it = &row.integration;
    call.require_of(Screen::Integrations, level, (&row.company_path, it.role, &it.id)).await?;
    Ok(row)
}

pub async fn one(call: &Call, conn: &mut Conn<'_>, row: IntegrationRow) -> Result<IntegrationRow, AppError> {
    let mut all = with_rights(conn, call, vec![row]).await?;
    all.pop().ok_or_else(AppError::not_found)
}

pub async fn get(call: &Call, id: &str) -> Result<IntegrationRow, AppError> {
    let mut held = call.read().await?;
    let row = find(call, &mut held.conn(), id, Level::Read).await?;
    one(call, &mut held.conn(), row).await
}

/// All of the page of one integration, its use up to this moment.
pub async fn detail(call: &Call, id: &str) -> Result<Detail, AppError> {
    usage_log::flush(call.state()).await?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let row = find(call, conn, id, Level::Read).await?;
    let access =
        rights::of(conn, call.organization_id(), &[id], call.now()).await?.remove(id).unwrap_or_default().access;
    let health = health(call, conn, id).await?;
    Ok(Detail {
        row: one(call, conn, row).await?,
        secrets: store::secrets_of(conn, id, call.now()).await?,
        health,
        access,
        url: call.state().config.public_url.clone(),
    })
}

/// How it is used, up to this moment.
pub async fn health_of(call: &Call, id: &str) -> Result<Health, AppError> {
    Ok(detail(call, id).await?.health)
}

/// The live secrets, two at the most: never what they are.
pub async fn secrets(call: &Call, id: &str) -> Result<Vec<ClientSecret>, AppError> {
    Ok(detail(call, id).await?.secrets)
}

pub async fn health(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<Health, DbError> {
    let now = call.now();
    let (calls, errors) = store::calls(conn, id, now - now.rem_euclid(HOUR) - 23 * HOUR).await?;
    let last = store::last_uses(conn, id).await?.into_iter().next();
    let refused = store::refused(conn, id).await?;
    let refused = refused.into_iter().filter_map(|(screen, level, times, last_at)| {
        Some(RefusedNeed {
            screen: Screen::from_code(&screen)?,
            level: Level::from_stored(level),
            times,
            last_at: last_at.into(),
        })
    });
    Ok(Health {
        calls_24h: calls,
        errors_24h: errors,
        last_used_at: last.as_ref().map(|(_, at, _)| (*at).into()),
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
