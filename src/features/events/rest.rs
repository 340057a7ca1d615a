//! `GET /api/v1/events` and the tickets for it.

use super::{socket, tickets};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::openapi::{About, Time};
use crate::server::rest::{Api, Made, MaybeBody, Requirement};
use crate::types::rfc3339;
use axum::Extension;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub fn api() -> Api {
    let listen = "Upgrades to a WebSocket. The first message says what the caller will receive; every further message is an event.";
    Api::of("Events", "Live events within the caller's reach.")
        .get(
            "/api/v1/events",
            Requirement::Known,
            About::new("events_listen", "Receive events over a WebSocket").text(listen).also(&[403]),
            socket::open,
        )
        .post(
            "/api/v1/events/tickets",
            Requirement::Known,
            ("events_ticket", "Create a ticket for a browser's WebSocket"),
            make,
        )
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NewTicket")]
struct TicketBody {
    /// The origin of the page that will use the ticket, if it isn't Doorward's own.
    origin: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Ticket")]
struct TicketJson {
    ticket: String,
    #[schemars(with = "Time")]
    expires_at: String,
}

async fn make(
    Extension(caller): Extension<Caller>,
    body: Result<MaybeBody<TicketBody>, AppError>,
) -> Result<Made<TicketJson>, AppError> {
    let call = caller.authenticated()?;
    socket::may_listen(&call)?;
    let MaybeBody(body) = body?;
    let made = tickets::make(&call, body.origin.as_deref()).await?;
    Ok(Made(TicketJson { ticket: made.ticket.expose().to_owned(), expires_at: rfc3339(made.expires_at) }))
}
