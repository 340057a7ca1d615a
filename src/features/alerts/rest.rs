//! `GET /api/v1/alerts`, and what the server functions need.

use super::model::{Alert, Severity};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::words;
use crate::server::rest::{Api, Requirement};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;

const READ: Requirement = Requirement::Screen(Screen::Alerts, Level::Read);

pub const FUNCTIONS: &[(&str, Requirement)] = &[("/fn/alerts.list", READ)];

pub fn api() -> Api {
    Api::of("Alerts", "Alerts from rooms and devices.")
        .list("/api/v1/alerts", READ, ("alerts_list", "List open alerts"), &ops::LISTING, list)
        .get("/api/v1/alerts/{id}", READ, ("alerts_get", "Get an alert, open or cleared"), get)
}

words!(Severity, "Severity", Severity::ALL.map(Severity::code));

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Alert>>, AppError> {
    Ok(Json(ops::list(&call, &query?).await?))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Json<Alert>, AppError> {
    Ok(Json(ops::get(&call, &id).await?))
}
