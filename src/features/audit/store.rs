use crate::access::{Actor, Level};
use crate::db::{Bind, Conn, DbError, Order, Query, Statement};
use crate::server::reach;
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
    /// A part of the action or of a name, in any ASCII case.
    pub q: &'a str,
}

/// How many of the newest events a search looks through: there is no index over names, and the log only grows.
pub const LOOKED_THROUGH: i64 = 10_000;

const COLUMNS: &str = "select e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id,
        e.target_name, e.before, e.after, e.address, e.request_id";

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
    let escaped = filter.q.to_ascii_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = Bind::Text(format!("%{escaped}%"));
    newest.then("order by e.at desc, e.id desc limit ?) e", [LOOKED_THROUGH.into()]).then(
        "where (lower(e.action) like ? escape '\\' or lower(e.actor_name) like ? escape '\\'
            or lower(e.target_name) like ? escape '\\')",
        [pattern.clone(), pattern.clone(), pattern],
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
