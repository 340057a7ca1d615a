//! Ends sessions and tokens whose time is over, and tells their pages and everybody's lists.

use crate::db::{DbError, rows};
use crate::server::identity::end_session;
use crate::server::{AppState, Call, Reason};
use crate::types::Topic;
use std::collections::BTreeMap;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many are ended in one look; the rest a moment later.
const MOST: i64 = 200;

/// Id, why, and organization. Each part walks an index of what is still open: `sessions_expiring`, `sessions_idle` and
/// the secrets that end.
pub const OVER: &str = "select s.id, 'expired', s.organization_id from sessions s
        where s.ended_at is null and s.expires_at <= $1
    union
    select s.id, 'idle', s.organization_id from organizations o
        cross join sessions s
        where o.idle_limit > 0 and s.organization_id = o.id and s.ended_at is null and s.account_id is not null
        and s.last_activity_at < $1 - o.idle_limit and s.expires_at > $1
    union
    select s.id, 'expired', s.organization_id from client_secrets cs
        cross join sessions s
        where cs.expires_at <= $1 and s.integration_id = cs.integration_id and s.secret_id = cs.id
        and s.ended_at is null and s.expires_at > $1
    limit $2";

/// Runs until the process ends.
pub async fn end_what_is_over(state: AppState) {
    loop {
        if let Err(error) = look(&state).await {
            tracing::warn!(%error, "could not end expired sessions");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Ends what is over now. Of several nodes that find the same one, the first ends it and tells; nothing is written while
/// nothing is over. That time passed is nobody's change, so it is not in the audit log.
pub async fn look(state: &AppState) -> Result<(), DbError> {
    let system = Call::system(state, Reason::Expiry);
    let mut held = system.read().await?;
    let found = rows!(held.conn(), (String, String, Option<String>), OVER, state.now(), MOST)?;
    drop(held);
    let mut by_organization: BTreeMap<Option<String>, Vec<(String, String)>> = BTreeMap::new();
    for (id, reason, organization) in found {
        by_organization.entry(organization).or_default().push((id, reason));
    }
    for (organization, mut over) in by_organization {
        // In one order on every node, so that two that write at once wait for each other and never in a circle.
        over.sort();
        let mut write = system.write().await?;
        if let Some(organization) = &organization {
            write.within(organization);
        }
        let (now, mut topics) = (write.now, [].as_slice());
        for (id, reason) in over {
            if end_session(&mut write.conn(), &id, &reason, None, now).await? {
                write.session_ended(&id, &reason);
                topics = &[Topic::Sessions, Topic::Integrations];
            }
        }
        write.tells(topics);
        write.commit_unlogged().await?;
    }
    Ok(())
}
