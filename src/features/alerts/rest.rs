//! `GET /api/v1/alerts`, and what the server functions need.

use super::model::{Alert, AlertQuery, Severity};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::features::places::model::Within;
use crate::features::places::rest::AboveJson;
use crate::server::Caller;
use crate::server::openapi::{Id, Time, sorts, words};
use crate::server::rest::{Api, Declared, LIMIT_MAX, Params};
use crate::types::{Page, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Alerts, Level::Read);

pub const FUNCTIONS: &[(&str, Declared)] = &[("/fn/alerts.list", READ)];

pub fn api() -> Api {
    Api::of("Alerts", "What rooms and devices report.")
        .get("/api/v1/alerts", READ, ("alerts_list", "List the alerts that are open"), list)
        .get("/api/v1/alerts/{id}", READ, ("alerts_get", "Read an alert, open or cleared"), get)
}

words!(Severity, "Severity", Severity::ALL.map(Severity::code));

/// An alert as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
struct AlertJson {
    #[schemars(with = "Id")]
    id: String,
    severity: Severity,
    message: String,
    #[schemars(with = "Id")]
    place_id: String,
    place_name: String,
    #[serde(flatten)]
    above: AboveJson,
    #[schemars(with = "Time")]
    raised_at: String,
    #[schemars(with = "Option<Time>")]
    acknowledged_at: Option<String>,
    #[schemars(with = "Option<Time>")]
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
            above: alert.above.into(),
            raised_at: rfc3339(alert.raised_at),
            acknowledged_at: alert.acknowledged_at.map(rfc3339),
            cleared_at: alert.cleared_at.map(rfc3339),
        }
    }
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    #[schemars(range(min = 1, max = LIMIT_MAX))]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    cursor: String,
    /// With `-` downwards; `-raised` unless given.
    #[schemars(extend("enum" = sorts(&["raised"])))]
    sort: String,
    /// A part of the message or of the name of its place.
    q: String,
    #[schemars(with = "Id")]
    building_id: String,
    #[schemars(with = "Id")]
    floor_id: String,
    #[schemars(with = "Id")]
    room_id: String,
    #[schemars(extend("enum" = Severity::ALL.map(Severity::code)))]
    severity: String,
    #[schemars(extend("enum" = ["true", "false"]))]
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
