use crate::access::{Actor, Level, Screen};
use crate::db::search::containing;
use crate::db::{Bind, Conn, DbError, Order, Query, Statement};
use crate::server::reach;
use crate::types::{Count, Millis};

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

pub async fn list(
    conn: &mut Conn<'_>,
    filter: &Filter<'_>,
    page: (bool, Option<(Bind, String)>, i64),
) -> Result<Vec<EventRow>, DbError> {
    page_of(conn, filter, page).rows(conn).await
}

pub(super) fn page_of(
    conn: &Conn<'_>,
    filter: &Filter<'_>,
    (descending, after, limit): (bool, Option<(Bind, String)>, i64),
) -> Statement {
    let order = Order { column: "e.at", id: "e.id", descending };
    let alone = [filter.action, filter.actor_id, filter.target_id, filter.q].iter().all(|text| text.is_empty());
    if !alone || reach::is_root(filter.actor) {
        return filtered(Query::new(COLUMNS), filter).page(&order, after, limit).finish();
    }
    // The page of each company, and of those the first.
    let of_one = |query: Query| {
        let organization = filter.actor.organization_id.as_str();
        let query = query.then("where e.organization_id = ? and e.company_id = r.id", [organization.into()]);
        query.page(&order, after, limit)
    };
    let query = Query::new(COLUMNS).then("from companies r", []).first_of_each(conn, ("audit_events", "e"), of_one);
    reach::companies(query, filter.actor, Screen::Audit).page(&order, None, limit).finish()
}

pub fn counted(filter: &Filter<'_>) -> Statement {
    filtered(Query::new("select count(*) from (select 1 as one"), filter).counted()
}

/// What a search finds among the newest events: that many at least, when it left older ones out.
pub async fn count_found(conn: &mut Conn<'_>, filter: &Filter<'_>) -> Result<Count, DbError> {
    let count = Count::capped(counted(filter).number(conn).await?);
    let query = named(Query::new("select count(*) from (select 1 as one from audit_events e"), filter);
    let looked = query.then("limit ?) looked", [LOOKED_THROUGH.into()]).finish().number(conn).await?;
    Ok(count.at_least_if(looked >= LOOKED_THROUGH))
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
