use super::model::KeyRow;
use crate::db::search::containing;
use crate::db::{Columns, Query};
use crate::resource::list::{Listing, Search, Sort};
use crate::server::token::Secret;
use crate::types::Millis;

/// A new one of a user in an organization; beside its fields.
pub fn new(id: &str, (organization_id, user_id): (&str, &str), secret: &Secret, now: Millis) -> Columns {
    Columns::of([
        ("id", id.into()),
        ("organization_id", organization_id.into()),
        ("user_id", user_id.into()),
        ("created_at", now.into()),
        ("secret_hash", secret.hash().into()),
        ("hint", secret.hint().into()),
    ])
}

const SELECT: &str =
    "select k.id, k.name, k.name_key, k.organization_id, o.name as organization_name, k.remark, k.scope,
        k.may_administer, k.hint, k.created_at, k.expires_at, l.at as last_used_at, l.address as last_address
    from api_keys k
    cross join organizations o
    left join last_uses l on l.subject_id = k.user_id and l.credential_id = k.id
    where o.id = k.organization_id and k.user_id = ?";

const COUNT: &str = "select count(*) from (select 1 as one from api_keys k where k.user_id = ?";

/// A user's own keys. There are few: looking through all their names costs less than an index would.
pub static LISTING: Listing<KeyRow> = Listing {
    sorts: &[Sort::text("name", "k.name_key", |row| &row.name_key)],
    order: "name",
    id: ("k.id", |row| &row.key.id),
    search: Some(Search {
        about: "Part of the name or the id.",
        keep: |query, wanted| query.then("and k.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[],
};

/// A user's own keys, and the same to be counted.
pub fn of_user(user_id: &str) -> [Query; 2] {
    [SELECT, COUNT].map(|start| Query::default().then(start, [user_id.into()]))
}
