//! The sessions of people and the access tokens of integrations, in one list.

use crate::access::{Actor, Level, Screen};
use crate::db::{Bind, Conn, DbError, Order, Query};
use crate::server::reach;
use crate::types::{COUNT_LIMIT, Millis};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub id: String,
    /// `console` or `integration`.
    pub kind: String,
    /// The user, or the integration.
    pub subject_id: String,
    /// Of a person; the client ID of an integration.
    pub username: String,
    pub name: String,
    pub client: String,
    pub address: String,
    pub signed_in_at: Millis,
    pub last_activity_at: Millis,
    pub expires_at: Millis,
    pub company_path: String,
    pub role: i64,
}

/// In both halves `u` is who has the session, as `reach::members` calls what has a company and a rank.
const PEOPLE: &str = "select s.id, 'console' as kind, u.id as subject_id, a.username, a.name, s.client, s.address,
        s.signed_in_at, s.last_activity_at, s.expires_at, c.path as company_path, u.role
    from sessions s
    join organizations o on o.id = s.organization_id
    join accounts a on a.id = s.account_id
    join users u on u.account_id = s.account_id and u.organization_id = s.organization_id
    join companies c on c.id = u.company_id
    where s.ended_at is null";

const INTEGRATIONS: &str = "select s.id, 'integration' as kind, u.id as subject_id, u.client_id as username, u.name,
        s.client, s.address, s.signed_in_at, s.last_activity_at, s.expires_at, c.path as company_path, u.role
    from sessions s
    join integrations u on u.id = s.integration_id
    join companies c on c.id = u.company_id
    where s.ended_at is null";

/// A session that ran out is not active, though its own next request has yet to end it.
const NOT_OVER: &str = "and s.expires_at > ? and (o.idle_limit = 0 or s.last_activity_at + o.idle_limit >= ?)";

/// A token dies with its secret.
const SECRET_LIVES: &str = "and s.expires_at > ? and exists (select 1 from client_secrets cs
        where cs.id = s.secret_id and (cs.expires_at is null or cs.expires_at > ?))";

pub async fn list(
    conn: &mut Conn<'_>,
    actor: &Actor,
    q: &str,
    page: (bool, Option<(Bind, String)>, i64),
    now: Millis,
) -> Result<Vec<SessionRow>, DbError> {
    let (descending, after, limit) = page;
    let order = Order { column: "l.signed_in_at", id: "l.id", descending };
    let query = Query::new("select l.* from (");
    let query = active(query, actor, q, now).then(") l where true", []);
    query.page(&order, after, limit).finish().rows(conn).await
}

pub async fn count(conn: &mut Conn<'_>, actor: &Actor, q: &str, now: Millis) -> Result<i64, DbError> {
    let query = active(Query::new("select count(*) from (select 1 as one from ("), actor, q, now);
    query.then(") l limit ?) counted", [(COUNT_LIMIT + 1).into()]).finish().number(conn).await
}

/// What of both is active, within the actor's reach and begins with `q`.
fn active(query: Query, actor: &Actor, q: &str, now: Millis) -> Query {
    let within = |query: Query| {
        let query = query.then("and s.organization_id = ?", [actor.organization_id.as_str().into()]);
        reach::members(query, actor, Screen::Sessions, Level::Read)
    };
    let begins = |query: Query, condition: &'static str| {
        if q.is_empty() { query } else { query.then(condition, [q.into(), format!("{q}\u{10ffff}").into()]) }
    };
    let people = within(query.then(PEOPLE, [])).then(NOT_OVER, [now.into(), now.into()]);
    let people = begins(people, "and u.username_key >= ? and u.username_key < ?");
    let both = within(people.then("union all", []).then(INTEGRATIONS, [])).then(SECRET_LIVES, [now.into(), now.into()]);
    begins(both, "and lower(u.client_id) >= ? and lower(u.client_id) < ?")
}

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<SessionRow>, DbError> {
    let one = |query: Query| query.then("and s.id = ? and s.organization_id = ?", [id.into(), organization_id.into()]);
    let query = one(Query::new(PEOPLE)).then("union all", []).then(INTEGRATIONS, []);
    Ok(one(query).finish().rows(conn).await?.pop())
}
