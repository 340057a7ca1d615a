//! `GET /healthz` (the process serves) and `GET /readyz` (and reaches its database).

use super::call::{Call, Reason};
use super::state::AppState;
use crate::db::scalar;
use axum::extract::State;
use http::StatusCode;

pub async fn live() -> &'static str {
    "ok\n"
}

pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    let reached = async {
        let mut held = Call::system(&state, Reason::Health).read().await?;
        scalar!(held.conn(), i64, "select cast(1 as bigint)")
    };
    match reached.await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
