use crate::access::{Actor, Level};
use crate::db::search::containing;
use crate::db::{Bind, Conn, DbError, Order, Query, Statement};
use crate::server::reach;
use crate::server::refold::Searched;
use crate::types::{COUNT_LIMIT, Millis};

#[derive(sqlx::FromRow)]
pub struct EventRow {
    pub id: String,
    pub at: Millis,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub action: String,
    pub target_kind: String,
    pub target_id: Option<String>,
    pub target_name: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub address: String,
    pub request_id: String,
}

/// Empty is any.
#[derive(Clone, Copy)]
pub struct Filter<'a> {
    /// Whose reach bounds the list.
    pub actor: &'a Actor,
    pub action: &'a str,
    pub actor_id: &'a str,
    pub target_id: &'a str,
    /// What `search_text::wanted` looks for in the action or a name.
    pub q: &'a str,
}

/// How many of the newest events a search looks through: there is no index over names, and the log only grows.
pub const LOOKED_THROUGH: i64 = 10_000;

const COLUMNS: &str = "select e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id,
        e.target_name, e.before, e.after, e.address, e.request_id";

/// How its search texts are made again.
pub const SEARCHED: Searched = Searched {
    table: "audit_events",
    read: "select id, action, actor_name, target_name from audit_events where id > $1 order by id limit $2",
    write: "update audit_events set search_text = $2 where id = $1 and action = $3 and actor_name = $4 and target_name = $5",
    indexed: false,
};

pub async fn list(
    conn: &mut Conn<'_>,
    filter: &Filter<'_>,
    page: (bool, Option<(Bind, String)>, i64),
) -> Result<Vec<EventRow>, DbError> {
    page_of(filter, page).rows(conn).await
}

pub(super) fn page_of(
    filter: &Filter<'_>,
    (descending, after, limit): (bool, Option<(Bind, String)>, i64),
) -> Statement {
    let order = Order { column: "e.at", id: "e.id", descending };
    filtered(Query::new(COLUMNS), filter).page(&order, after, limit).finish()
}

/// Counted up to the limit of counting, and one more; and whether a search left older events out.
pub async fn count(conn: &mut Conn<'_>, filter: &Filter<'_>) -> Result<(i64, bool), DbError> {
    let query = filtered(Query::new("select count(*) from (select 1 as one"), filter);
    let count = query.then("limit ?) counted", [(COUNT_LIMIT + 1).into()]).finish().number(conn).await?;
    if filter.q.is_empty() {
        return Ok((count, false));
    }
    let query = named(Query::new("select count(*) from (select 1 as one from audit_events e"), filter);
    let looked = query.then("limit ?) looked", [LOOKED_THROUGH.into()]).finish().number(conn).await?;
    Ok((count, looked >= LOOKED_THROUGH))
}

/// `from … where …`
fn filtered(query: Query, filter: &Filter<'_>) -> Query {
    if filter.q.is_empty() {
        return named(query.then("from audit_events e", []), filter);
    }
    let newest = named(query.then("from (select e.* from audit_events e", []), filter);
    newest.then(
        "order by e.at desc, e.id desc limit ?) e where e.search_text like ? escape '\\'",
        [LOOKED_THROUGH.into(), containing(filter.q)],
    )
}

fn named(query: Query, filter: &Filter<'_>) -> Query {
    let query = query.then("where e.organization_id = ?", [filter.actor.organization_id.as_str().into()]);
    let query = reach::events(query, filter.actor, Level::Read);
    let query = if filter.action.is_empty() { query } else { query.then("and e.action = ?", [filter.action.into()]) };
    let query =
        if filter.actor_id.is_empty() { query } else { query.then("and e.actor_id = ?", [filter.actor_id.into()]) };
    if filter.target_id.is_empty() { query } else { query.then("and e.target_id = ?", [filter.target_id.into()]) }
}
