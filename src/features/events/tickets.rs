//! Tickets: what opens one socket, once, within half a minute, where a program cannot send its token in a header.

use super::store::{self, NewTicket};
use crate::db::DbError;
use crate::error::{AppError, FieldError, Kind};
use crate::server::token::{self, Secret};
use crate::server::{Call, Caller, Reason, origin};
use crate::types::Millis;
use http::HeaderMap;

/// How long a ticket waits for its socket.
pub const LIFE: Millis = 30_000;

pub struct Made {
    pub ticket: Secret,
    pub expires_at: Millis,
}

/// A ticket in place of what the caller proved itself with; for a page of `named`, where that is another site.
pub async fn make(call: &Call, named: Option<&str>) -> Result<Made, AppError> {
    let named = named.map(checked).transpose().map_err(|error| AppError::invalid(vec![error]))?.unwrap_or_default();
    let caller = call.caller();
    let (kind, hash) = caller.credential().ok_or_else(AppError::sign_in)?;
    call.state().event_tickets.allow(hash, call.now()).map_err(AppError::too_many)?;
    let ticket = Secret::random();
    let mut write = call.write().await?;
    let (now, expires_at) = (write.now, write.now + LIFE);
    let row = NewTicket {
        token_hash: &ticket.hash(),
        credential_kind: kind,
        credential_hash: hash,
        origin: named,
        expires_at,
    };
    store::insert(&mut write.conn(), &row, now).await?;
    // Nothing changed: who opens a socket with it is who asked.
    write.commit_unlogged().await?;
    Ok(Made { ticket, expires_at })
}

/// `https://host` or `https://host:port`, as a browser writes an origin.
fn checked(text: &str) -> Result<&str, FieldError> {
    let origin = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let same = origin.is_some_and(|url| url.origin().ascii_serialization() == text);
    let message = "Use a scheme and a host, for example https://building.example.";
    if same { Ok(text) } else { Err(FieldError::new("origin", "malformed", message)) }
}

/// Who asked for this ticket, which is worth nothing from now on. Made-up ones are limited as wrong tokens are.
pub async fn redeem(caller: &Caller, ticket: &str, headers: &HeaderMap) -> Result<Call, AppError> {
    let (state, now) = (&caller.state, caller.state.now());
    let hash = token::hash(ticket);
    let look = state.look(caller.address, &hash).await?;
    let system = caller.system(Reason::EventTicket);
    let taken = async {
        let mut held = system.read().await?;
        if !store::exists(&mut held.conn(), &hash, now).await? {
            return Ok(None);
        }
        drop(held);
        let mut write = system.write().await?;
        let taken = store::take(&mut write.conn(), &hash, now).await?;
        write.commit_unlogged().await?;
        Ok(taken)
    };
    let Some(row) = taken.await.map_err(|error: DbError| caller.database(error))? else {
        look.none()?;
        return Err(AppError::new(Kind::SignIn, "invalid_ticket", "Invalid or expired ticket."));
    };
    if !origin::may_open_socket_for(&state.config, headers, &row.origin) {
        return Err(foreign());
    }
    caller.in_place_of(&row.credential_kind, &row.credential_hash).await?.authenticated()
}

pub fn foreign() -> AppError {
    AppError::forbidden("cross_site", "WebSocket connections from other sites aren't allowed.")
}
