use crate::access::{Actor, Level, Screen};
use crate::db::{Bind, Conn, DbError, Order, Query, row};
use crate::server::reach;
use crate::types::{COUNT_LIMIT, Millis};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub id: String,
    pub user_id: String,
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

const COLUMNS: &str = "select s.id, u.id as user_id, a.username, a.name, s.client, s.address, s.signed_in_at,
        s.last_activity_at, s.expires_at, c.path as company_path, u.role";

const FROM: &str = "from sessions s
    join organizations o on o.id = s.organization_id
    join accounts a on a.id = s.account_id
    join users u on u.account_id = s.account_id and u.organization_id = s.organization_id
    join companies c on c.id = u.company_id
    where s.ended_at is null";

/// A session that ran out is not active, though its own next request has yet to end it.
const NOT_OVER: &str = "and s.expires_at > ? and (o.idle_limit = 0 or s.last_activity_at + o.idle_limit >= ?)";

pub async fn list(
    conn: &mut Conn<'_>,
    actor: &Actor,
    q: &str,
    page: (bool, Option<(Bind, String)>, i64),
    now: Millis,
) -> Result<Vec<SessionRow>, DbError> {
    let (descending, after, limit) = page;
    let order = Order { column: "s.signed_in_at", id: "s.id", descending };
    active(Query::new(COLUMNS), actor, q, now).page(&order, after, limit).finish().rows(conn).await
}

pub async fn count(conn: &mut Conn<'_>, actor: &Actor, q: &str, now: Millis) -> Result<i64, DbError> {
    let query = active(Query::new("select count(*) from (select 1 as one"), actor, q, now);
    query.then("limit ?) counted", [(COUNT_LIMIT + 1).into()]).finish().number(conn).await
}

fn active(query: Query, actor: &Actor, q: &str, now: Millis) -> Query {
    let query = query.then(FROM, []).then("and s.organization_id = ?", [actor.organization_id.as_str().into()]);
    let query = query.then(NOT_OVER, [now.into(), now.into()]);
    let query = if q.is_empty() {
        query
    } else {
        let end = format!("{q}\u{10ffff}");
        query.then("and u.username_key >= ? and u.username_key < ?", [q.into(), end.into()])
    };
    reach::members(query, actor, Screen::Sessions, Level::Read)
}

const FIND: &str = "select s.id, u.id as user_id, a.username, a.name, s.client, s.address, s.signed_in_at,
        s.last_activity_at, s.expires_at, c.path as company_path, u.role
    from sessions s
    join accounts a on a.id = s.account_id
    join users u on u.account_id = s.account_id and u.organization_id = s.organization_id
    join companies c on c.id = u.company_id
    where s.ended_at is null and s.id = $1 and s.organization_id = $2";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<SessionRow>, DbError> {
    row!(conn, SessionRow, FIND, id, organization_id)
}
