//! The list of profiles: one sort, both ways, and a search.

use super::model::Profile;
use super::store::{self, ProfileRow};
use crate::db::Query;
use crate::db::search::containing;
use crate::error::AppError;
use crate::resource::list::{Listing, Search, Sort};
use crate::server::Call;
use crate::types::{ListQuery, Page};

pub static LISTING: Listing<ProfileRow> = Listing {
    sorts: &[Sort::text("name", "p.name_key", |row| &row.name_key)],
    order: "name",
    id: ("p.id", |row| &row.profile.id),
    // An organization has few profiles: looking through all their names costs less than an index would.
    search: Some(Search {
        about: "Part of the name.",
        keep: |query, wanted| query.then("and p.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[],
};

const COUNT: &str = "select count(*) from (select 1 as one from profiles p where p.organization_id = ?";

/// One page of the organization's profiles: three statements, whatever its size.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<Profile>, AppError> {
    let wanted = LISTING.understand(query)?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let count = Query::default().then(COUNT, [call.organization_id().into()]);
    let page = wanted.page(call, conn, store::select(call.actor()), count).await?;
    Ok(Page { items: store::with_levels(conn, page.items).await?, next_cursor: page.next_cursor, count: page.count })
}
