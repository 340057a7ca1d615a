//! `GET /metrics` in the text format of Prometheus, on `DOORWARD_METRICS_LISTEN` alone (OWASP ASVS 5.0 §13.4.5).

use super::health;
use super::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(state)
}

async fn metrics(State(state): State<AppState>) -> String {
    format!(
        "# HELP doorward_password_hashes_total Passwords hashed or compared since the start.\n\
         # TYPE doorward_password_hashes_total counter\n\
         doorward_password_hashes_total {}\n",
        state.hasher.calls()
    )
}
