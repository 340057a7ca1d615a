use super::model::{HeldKey, OpenSession, PastEvent};
use crate::access::{Actor, Level};
use crate::db::{Conn, DbError, Query, rows};
use crate::server::reach;
use crate::types::Millis;

/// When a grant was made, and by whom.
#[derive(sqlx::FromRow)]
pub struct Origin {
    pub id: String,
    pub created_at: Millis,
    pub given_by: String,
}

/// Who gives is a user, an API user or an integration, and may be gone.
const ORIGINS: &str = "select g.id, g.created_at, coalesce(a.name, s.name, i.name, '') as given_by
    from grants g
    left join users u on u.id = g.given_by
    left join accounts a on a.id = u.account_id
    left join api_users s on s.id = g.given_by
    left join integrations i on i.id = g.given_by
    where true";

pub async fn origins(conn: &mut Conn<'_>, grants: &[&str]) -> Result<Vec<Origin>, DbError> {
    Query::new(ORIGINS).one_of(conn, "g.id", grants).finish().rows(conn).await
}

/// The sessions of an account in an organization that have not ended or run out.
pub async fn sessions(
    conn: &mut Conn<'_>,
    account_id: &str,
    organization_id: &str,
    now: Millis,
) -> Result<Vec<OpenSession>, DbError> {
    const OPEN: &str = "select s.id, s.client, s.address, s.signed_in_at, s.last_activity_at
        from sessions s join organizations o on o.id = s.organization_id
        where s.account_id = $1 and s.organization_id = $2 and s.ended_at is null and s.expires_at > $3
        and (o.idle_limit = 0 or s.last_activity_at + o.idle_limit >= $3)
        order by s.signed_in_at desc, s.id desc limit 20";
    rows!(conn, OpenSession, OPEN, account_id, organization_id, now)
}

pub async fn keys(conn: &mut Conn<'_>, user_id: &str) -> Result<Vec<HeldKey>, DbError> {
    const KEYS: &str = "select k.id, k.name, k.created_at, k.expires_at, l.at as last_used_at
        from api_keys k left join last_uses l on l.subject_id = k.user_id and l.credential_id = k.id
        where k.user_id = $1 order by k.name_key, k.id limit 100";
    rows!(conn, HeldKey, KEYS, user_id)
}

/// The newest events about a user that the actor may read.
pub async fn events(conn: &mut Conn<'_>, actor: &Actor, user_id: &str) -> Result<Vec<PastEvent>, DbError> {
    const OF: &str = "select e.id, e.at, e.actor_name, e.action from audit_events e where e.organization_id = ?
        and e.target_id = ?";
    let of = Query::default().then(OF, [actor.organization_id.as_str().into(), user_id.into()]);
    let newest = reach::events(of, actor, Level::Read).then("order by e.at desc, e.id desc limit 20", []);
    newest.finish().rows(conn).await
}
