//! After a change that this node only knows happened: which sessions ended since it last looked. One statement per
//! look, however many sockets are open.

use crate::db::rows;
use crate::server::events::{Change, EndedSession, Event};
use crate::server::{AppState, Call, Reason};
use crate::types::Millis;
use tokio::sync::broadcast::error::RecvError;

/// How far back a look goes beyond the last one: a transaction commits later than its clock says.
const OVERLAP: Millis = 10_000;

const ENDED: &str = "select id, coalesce(ended_reason, ''), organization_id from sessions where ended_at >= $1";

/// Runs until the process ends.
pub async fn tell_ended(state: AppState) {
    let mut events = state.events.subscribe();
    let mut since = state.now() - OVERLAP;
    loop {
        match events.recv().await {
            Ok(Event::Reset) | Err(RecvError::Lagged(_)) => {}
            Ok(Event::Changed(_) | Event::Happened(_)) => continue,
            Err(RecvError::Closed) => return,
        }
        let looked = state.now();
        let found = async {
            let mut held = Call::system(&state, Reason::Watch).read().await?;
            rows!(held.conn(), (String, String, Option<String>), ENDED, since - OVERLAP)
        };
        match found.await {
            Ok(rows) => {
                since = looked;
                for (id, reason, organization_id) in rows {
                    let change =
                        Change { organization_id, ended: vec![EndedSession { id, reason }], topics: Vec::new() };
                    state.events.publish(Event::Changed(change));
                }
            }
            Err(error) => tracing::warn!(%error, "could not look for ended sessions"),
        }
    }
}
