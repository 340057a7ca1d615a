//! `GET /api/v1/audit-events`: who did what to what, newest first.

use super::store::{self, EventRow, Filter};
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::clock::is_id;
use crate::server::cursor::{self, Holds, Value};
use crate::server::openapi::{Id, Time, sorts};
use crate::server::rest::{Api, Declared, LIMIT_MAX, Params, limit};
use crate::server::search_text;
use crate::types::{Page, rfc3339};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Audit, Level::Read);

pub fn api() -> Api {
    Api::of("Audit", "Who did what to what, when and from where.").get(
        "/api/v1/audit-events",
        READ,
        ("audit_events_list", "List what happened, newest first"),
        list,
    )
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    #[schemars(range(min = 1, max = LIMIT_MAX))]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    cursor: String,
    /// With `-` downwards; `-at` unless given.
    #[schemars(extend("enum" = sorts(&["at"])))]
    sort: String,
    /// A part of the action, or of the name of actor or target.
    q: String,
    action: String,
    #[schemars(with = "Id")]
    actor_id: String,
    #[schemars(with = "Id")]
    target_id: String,
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
    /// Of a screen, its code.
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

/// The order: newest first unless asked otherwise.
fn order(sort: &str) -> Result<(&'static str, bool), AppError> {
    match sort {
        "" | "-at" => Ok(("-at", true)),
        "at" => Ok(("at", false)),
        _ => Err(refused("sort")),
    }
}

fn refused(what: &str) -> AppError {
    AppError::bad_request("invalid_parameter", format!("There is no such {what}."))
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<Page<EventJson>>, AppError> {
    let call = caller.allow(&Need::read(Screen::Audit)).await?;
    let Params(params) = params?;
    let limit = limit(params.limit)?;
    let (sort, descending) = order(&params.sort)?;
    let start = cursor::decode(sort, &params.cursor, Holds::Int)?;
    for (what, id) in [("actor", &params.actor_id), ("target", &params.target_id)] {
        if !id.is_empty() && !is_id(id) {
            return Err(refused(what));
        }
    }
    let wanted = search_text::wanted(&params.q);
    let filter = Filter {
        actor: call.actor(),
        action: &params.action,
        actor_id: &params.actor_id,
        target_id: &params.target_id,
        q: &wanted,
    };
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let rows = store::list(conn, &filter, (descending, start.after.clone(), limit + 1)).await?;
    // A search may have left older events out, which its page does not show.
    let start = if filter.q.is_empty() { start } else { start.counted(store::count_found(conn, &filter)).await? };
    let cut = start.cut(rows, limit, call.count(conn, store::counted(&filter))).await?;
    let next_cursor = cut.next(sort, |row| (Value::Int(row.at), &row.id));
    Ok(Json(Page { items: cut.rows.into_iter().map(EventJson::from).collect(), next_cursor, count: cut.count }))
}
