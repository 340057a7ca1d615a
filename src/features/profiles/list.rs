//! The list of profiles: one sort, both ways, and a search.

use super::model::{Profile, ProfileQuery};
use super::store::{self, ProfileRow};
use crate::db::search::containing;
use crate::db::{Order, Query};
use crate::error::AppError;
use crate::server::cursor::{self, Holds, Value};
use crate::server::rest::limit;
use crate::server::{Call, search_text};
use crate::types::{COUNT_LIMIT, Count, Page};

/// One page of the organization's profiles: three statements, whatever its size.
pub async fn list(call: &Call, query: &ProfileQuery) -> Result<Page<Profile>, AppError> {
    let limit = limit(query.limit)?;
    let (sort, descending) = match query.sort.as_str() {
        "" | "name" => ("name", false),
        "-name" => ("-name", true),
        _ => return Err(AppError::bad_request("invalid_parameter", "There is no such sort.")),
    };
    let after = cursor::decode(sort, &query.cursor, Holds::Text)?;
    let order = Order { column: "p.name_key", id: "p.id", descending };
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let wanted = matching(store::select(call.actor()), &query.q);
    let mut found: Vec<ProfileRow> = wanted.page(&order, after, limit + 1).finish().rows(conn).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let last = found.last().filter(|_| more);
    let next_cursor = last.map(|row| cursor::encode(sort, Value::Text(row.name_key.clone()), &row.id));
    let counted = Query::default().then(COUNT, [call.organization_id().into()]);
    let counted = matching(counted, &query.q).then("limit ?) counted", [(COUNT_LIMIT + 1).into()]);
    let count = Count::capped(counted.finish().number(conn).await?);
    Ok(Page { items: store::with_levels(conn, found).await?, next_cursor, count })
}

const COUNT: &str = "select count(*) from (select 1 as one from profiles p where p.organization_id = ?";

/// An organization has few profiles: looking through all their names costs less than an index would.
fn matching(query: Query, typed: &str) -> Query {
    match search_text::wanted(typed).as_str() {
        "" => query,
        wanted => query.then("and p.search_text like ? escape '\\'", [containing(wanted)]),
    }
}
