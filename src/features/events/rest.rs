//! `GET /api/v1/events` and the tickets for it.

use super::{socket, tickets};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::rest::{Api, Body, Declared};
use crate::types::rfc3339;
use axum::extract::{FromRequest, Request};
use axum::{Extension, Json};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};

pub fn api() -> Api {
    Api::default().get("/api/v1/events", Declared::Known, socket::open).post(
        "/api/v1/events/tickets",
        Declared::Known,
        make,
    )
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct TicketBody {
    /// Of the page that will show the ticket, where Doorward is not its own origin.
    origin: Option<String>,
}

#[derive(Serialize)]
struct TicketJson {
    ticket: String,
    expires_at: String,
}

async fn make(
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<(StatusCode, Json<TicketJson>), AppError> {
    let call = caller.authenticated()?;
    socket::may_listen(&call)?;
    let body = if request.headers().contains_key(header::CONTENT_TYPE) {
        Body::<TicketBody>::from_request(request, &()).await?.0
    } else {
        TicketBody::default()
    };
    let made = tickets::make(&call, body.origin.as_deref()).await?;
    let json = TicketJson { ticket: made.ticket.expose().to_owned(), expires_at: rfc3339(made.expires_at) };
    Ok((StatusCode::CREATED, Json(json)))
}
