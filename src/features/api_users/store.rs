use super::model::ApiUserRow;
use crate::access::{Actor, Level, Role, Screen};
use crate::db::search::containing;
use crate::db::{Columns, Query};
use crate::resource::list::{Filter, Listing, Search, Sort, Takes};
use crate::server::reach;
use crate::server::token::Secret;
use crate::types::{Instant, Millis, Status};

/// An access token, as it is stored.
pub fn token(secret: &Secret, expires_at: Option<Instant>, now: Millis) -> Columns {
    Columns::of([
        ("token_hash", secret.hash().into()),
        ("token_hint", secret.hint().into()),
        ("token_made_at", now.into()),
        ("token_expires_at", expires_at.into()),
    ])
}

/// A new one in a company of an organization, made by somebody; beside its fields and its token.
pub fn new(
    id: &str,
    (organization_id, company_id): (&str, &str),
    (made_by, made_by_name): (&str, &str),
    now: Millis,
) -> Columns {
    Columns::of([
        ("id", id.into()),
        ("organization_id", organization_id.into()),
        ("company_id", company_id.into()),
        ("made_by", made_by.into()),
        ("made_by_name", made_by_name.into()),
        ("created_at", now.into()),
        ("status", Status::Active.code().into()),
    ])
}

/// The start of every read; `u` is the API user, as `reach::members` calls what has a company and a rank.
const SELECT: &str = "select u.id, u.name, u.name_key, u.remark, u.company_id, c.name as company_name,
        c.path as company_path, u.role, u.status, u.made_by_name as made_by, u.token_hint, u.token_made_at, u.token_expires_at,
        u.created_at, l.at as last_used_at, l.address as last_address, u.version
    from api_users u
    cross join companies c
    left join last_uses l on l.subject_id = u.id and l.credential_id = u.id
    where c.id = u.company_id";

const COUNT: &str = "select count(*) from (select 1 as one from api_users u where true";

pub fn of_organization(id: &str) -> Query {
    Query::new(SELECT).then("and u.organization_id = ?", [id.into()])
}

/// An organization has few API users: looking through all their names costs less than an index would.
pub static LISTING: Listing<ApiUserRow> = Listing {
    sorts: &[Sort::text("name", "u.name_key", |row| &row.name_key)],
    order: "name",
    id: ("u.id", |row| &row.api_user.id),
    search: Some(Search {
        about: "Part of the name.",
        keep: |query, wanted| query.then("and u.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[
        Filter::new("status", Takes::STATUS, |query, _, status| query.then("and u.status = ?", [status.into()])),
        Filter::id("company_id", |query, _, company| query.then("and u.company_id = ?", [company.into()])),
        Filter::new("role", Takes::ROLE, |query, _, code| {
            query.then("and u.role = ?", [Role::from_code(code).map_or(0, Role::stored).into()])
        }),
        Filter::id("team_id", |query, _, team| {
            query.then("and u.id in (select m.member_id from team_members m where m.team_id = ?)", [team.into()])
        }),
    ],
};

/// The API users within the actor's reach, and the same to be counted.
pub fn within_reach(actor: &Actor) -> [Query; 2] {
    [SELECT, COUNT].map(|start| {
        let query = Query::new(start).then("and u.organization_id = ?", [actor.organization_id.as_str().into()]);
        reach::members(query, actor, Screen::Members, Level::Read)
    })
}
