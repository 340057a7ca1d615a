//! `GET /api/v1/audit-events`: who did what to what, newest first.

use super::store::{EventRow, LISTING, Log};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::{Id, Time};
use crate::server::rest::{Api, Requirement};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

const READ: Requirement = Requirement::Screen(Screen::Audit, Level::Read);

pub fn api() -> Api {
    Api::of("Audit", "Who did what, when and from where.").list(
        "/api/v1/audit-events",
        READ,
        ("audit_events_list", "List audit events, newest first"),
        &LISTING,
        list,
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditEvent")]
struct EventJson {
    #[schemars(with = "Id")]
    id: String,
    #[schemars(with = "Time")]
    at: String,
    actor: PartyJson,
    action: String,
    target: PartyJson,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
    address: String,
    #[schemars(with = "Id")]
    request_id: String,
}

/// An actor or a target.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Party")]
struct PartyJson {
    kind: String,
    /// For a screen, its code.
    id: Option<String>,
    name: String,
}

impl From<EventRow> for EventJson {
    fn from(row: EventRow) -> Self {
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        EventJson {
            id: row.id,
            at: rfc3339(row.at),
            actor: PartyJson { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
            action: row.action,
            target: PartyJson { kind: row.target_kind, id: row.target_id, name: row.target_name },
            before: json(row.before),
            after: json(row.after),
            address: row.address,
            request_id: row.request_id,
        }
    }
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<EventJson>>, AppError> {
    let query = query?;
    let mut wanted = LISTING.understand(&query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let log = Log { wanted: &wanted, viewer: (&call).into() };
    let rows = log.page(conn).rows(conn).await?;
    let count = log.counted();
    // A search may have left older events out, which its page does not show.
    if !wanted.text.is_empty() {
        wanted.start = wanted.start.clone().counted(log.count_found(conn)).await?;
    }
    Ok(Json(wanted.cut(&call, conn, rows, count).await?.map(EventJson::from)))
}
