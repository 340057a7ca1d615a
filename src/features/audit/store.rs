use crate::db::{Bind, Conn, DbError, Order, Query};
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
pub struct Filter<'a> {
    pub organization_id: &'a str,
    pub action: &'a str,
    pub actor_id: &'a str,
    pub target_id: &'a str,
}

const ORDER: Order = Order { column: "e.at", id: "e.id", descending: true };

pub async fn list(
    conn: &mut Conn<'_>,
    filter: &Filter<'_>,
    after: Option<(Bind, String)>,
    limit: i64,
) -> Result<Vec<EventRow>, DbError> {
    let query = Query::new(
        "select e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id, e.target_name,
            e.before, e.after, e.address, e.request_id from audit_events e where true",
    );
    filtered(query, filter).page(&ORDER, after, limit).finish().rows(conn).await
}

/// Counted up to the limit of counting, and one more.
pub async fn count(conn: &mut Conn<'_>, filter: &Filter<'_>) -> Result<i64, DbError> {
    let query = Query::new("select count(*) from (select 1 as one from audit_events e where true");
    filtered(query, filter).then("limit ?) counted", [(COUNT_LIMIT + 1).into()]).finish().number(conn).await
}

fn filtered(query: Query, filter: &Filter<'_>) -> Query {
    let query = query.then("and e.organization_id = ?", [filter.organization_id.into()]);
    let query = if filter.action.is_empty() { query } else { query.then("and e.action = ?", [filter.action.into()]) };
    let query =
        if filter.actor_id.is_empty() { query } else { query.then("and e.actor_id = ?", [filter.actor_id.into()]) };
    if filter.target_id.is_empty() { query } else { query.then("and e.target_id = ?", [filter.target_id.into()]) }
}
