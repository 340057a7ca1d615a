//! `GET /api/v1/alerts`, and what the server functions need.

use super::model::{Alert, Severity};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::features::places::rest::AboveJson;
use crate::server::Call;
use crate::server::openapi::{Id, Time, words};
use crate::server::rest::{Api, Declared};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Serialize;

const READ: Declared = Declared::Screen(Screen::Alerts, Level::Read);

pub const FUNCTIONS: &[(&str, Declared)] = &[("/fn/alerts.list", READ)];

pub fn api() -> Api {
    Api::of("Alerts", "Alerts from rooms and devices.")
        .list(
            "/api/v1/alerts",
            READ,
            ("alerts_list", "List open alerts"),
            |schemas| ops::LISTING.parameters(schemas),
            list,
        )
        .get("/api/v1/alerts/{id}", READ, ("alerts_get", "Get an alert, open or cleared"), get)
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

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<AlertJson>>, AppError> {
    Ok(Json(ops::list(&call, &query?).await?.map(AlertJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Json<AlertJson>, AppError> {
    Ok(Json(ops::get(&call, &id).await?.into()))
}
