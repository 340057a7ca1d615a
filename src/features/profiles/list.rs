//! The list of profiles: one sort, both ways, and a search.

use super::model::{Profile, ProfileQuery};
use super::store::{self, ProfileRow};
use crate::db::search::containing;
use crate::db::{Order, Query};
use crate::error::AppError;
use crate::server::cursor::{self, Holds, Value};
use crate::server::rest::limit;
use crate::server::{Call, search_text};
use crate::types::Page;

/// One page of the organization's profiles: three statements, whatever its size.
pub async fn list(call: &Call, query: &ProfileQuery) -> Result<Page<Profile>, AppError> {
    let limit = limit(query.limit)?;
    let (sort, descending) = match query.sort.as_str() {
        "" | "name" => ("name", false),
        "-name" => ("-name", true),
        _ => return Err(AppError::bad_request("invalid_parameter", "There is no such sort.")),
    };
    let start = cursor::decode(sort, &query.cursor, Holds::Text)?;
    let order = Order { column: "p.name_key", id: "p.id", descending };
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let wanted = matching(store::select(call.actor()), &query.q);
    let page = wanted.page(&order, start.after.clone(), limit + 1).finish();
    let found: Vec<ProfileRow> = page.rows(conn).await?;
    let counted = Query::default().then(COUNT, [call.organization_id().into()]);
    let counted = matching(counted, &query.q).counted();
    let cut = start.cut(found, limit, call.count(conn, counted)).await?;
    let next_cursor = cut.next(sort, |row| (Value::Text(row.name_key.clone()), &row.id));
    Ok(Page { items: store::with_levels(conn, cut.rows).await?, next_cursor, count: cut.count })
}

const COUNT: &str = "select count(*) from (select 1 as one from profiles p where p.organization_id = ?";

/// An organization has few profiles: looking through all their names costs less than an index would.
fn matching(query: Query, typed: &str) -> Query {
    match search_text::wanted(typed).as_str() {
        "" => query,
        wanted => query.then("and p.search_text like ? escape '\\'", [containing(wanted)]),
    }
}
