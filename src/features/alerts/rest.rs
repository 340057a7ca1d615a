//! `GET /api/v1/alerts`, and what the server functions need.

use super::model::{Alert, AlertQuery, Severity};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::features::places::model::{Above, Within};
use crate::server::Caller;
use crate::server::rest::{Api, Declared, Params};
use crate::types::{Page, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Alerts, Level::Read);

pub const FUNCTIONS: &[(&str, Declared)] = &[("/fn/alerts.list", READ)];

pub fn api() -> Api {
    Api::default().get("/api/v1/alerts", READ, list).get("/api/v1/alerts/{id}", READ, get)
}

/// An alert as the HTTP API shows it.
#[derive(Serialize)]
struct AlertJson {
    id: String,
    severity: Severity,
    message: String,
    place_id: String,
    place_name: String,
    #[serde(flatten)]
    above: Above,
    raised_at: String,
    acknowledged_at: Option<String>,
    cleared_at: Option<String>,
}

impl From<Alert> for AlertJson {
    fn from(alert: Alert) -> AlertJson {
        AlertJson {
            id: alert.id,
            severity: alert.severity,
            message: alert.message,
            place_id: alert.place_id,
            place_name: alert.place_name,
            above: alert.above,
            raised_at: rfc3339(alert.raised_at),
            acknowledged_at: alert.acknowledged_at.map(rfc3339),
            cleared_at: alert.cleared_at.map(rfc3339),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    q: String,
    building_id: String,
    floor_id: String,
    room_id: String,
    severity: String,
    acknowledged: String,
}

async fn list(
    Extension(caller): Extension<Caller>,
    asked: Result<Params<ListParams>, AppError>,
) -> Result<Json<Page<AlertJson>>, AppError> {
    let call = caller.allow(&Need::read(Screen::Alerts)).await?;
    let Params(params) = asked?;
    let within = Within { building_id: params.building_id, floor_id: params.floor_id, room_id: params.room_id };
    let ListParams { limit, cursor, sort, q, severity, acknowledged, .. } = params;
    let page = ops::list(&call, &AlertQuery { q, within, severity, acknowledged, sort, cursor, limit }).await?;
    let items = page.items.into_iter().map(AlertJson::from).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<AlertJson>, AppError> {
    let call = caller.allow(&Need::read(Screen::Alerts)).await?;
    Ok(Json(ops::get(&call, &id).await?.into()))
}
