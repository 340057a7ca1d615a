use super::model::ApiUserRow;
use crate::access::{Actor, Level, Role, Screen};
use crate::db::search::containing;
use crate::db::{Conn, DbError, Query, exec};
use crate::resource::list::{Filter, Listing, Search, Sort, Takes};
use crate::server::{reach, search_text, text};
use crate::types::{Instant, Millis, Named, Status};
use std::collections::HashMap;

/// What the store keeps of an access token.
pub struct Token<'a> {
    pub hash: &'a str,
    pub hint: &'a str,
    pub expires_at: Option<Instant>,
}

/// What people type of an API user, fit to be stored.
pub struct Fields {
    pub name: String,
    pub remark: String,
    pub role: Role,
}

pub struct NewApiUser<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub company_id: &'a str,
    pub made_by: &'a str,
    pub made_by_name: &'a str,
    pub fields: &'a Fields,
    pub token: Token<'a>,
}

const INSERT: &str =
    "insert into api_users (id, organization_id, company_id, made_by, made_by_name, created_at, token_made_at,
        token_hash, token_hint, token_expires_at, status, name, name_key, search_text, remark, role)
    values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, 'active', $10, $11, $12, $13, $14)";

pub async fn insert(conn: &mut Conn<'_>, new: &NewApiUser<'_>, now: Millis) -> Result<(), DbError> {
    let (token, of) = (&new.token, new.fields);
    exec!(
        conn,
        INSERT,
        new.id,
        new.organization_id,
        new.company_id,
        new.made_by,
        new.made_by_name,
        now,
        token.hash,
        token.hint,
        token.expires_at,
        &*of.name,
        text::fold(&of.name),
        search_text::of(&[&of.name]),
        &*of.remark,
        of.role.stored()
    )?;
    Ok(())
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

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<ApiUserRow>, DbError> {
    let query = Query::new(SELECT).then("and u.organization_id = ? and u.id = ?", [organization_id.into(), id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
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
        Filter::new(
            "status",
            Takes::Words(|code| Status::from_code(code).is_some(), |schemas| schemas.read::<Status>()),
            |query, _, status| query.then("and u.status = ?", [status.into()]),
        ),
        Filter::id("company_id", |query, _, company| query.then("and u.company_id = ?", [company.into()])),
        Filter::new(
            "role",
            Takes::Words(|code| Role::from_code(code).is_some(), |schemas| schemas.read::<Role>()),
            |query, _, code| query.then("and u.role = ?", [Role::from_code(code).map_or(0, Role::stored).into()]),
        ),
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

/// The teams of each, by name, in one statement.
pub async fn teams(conn: &mut Conn<'_>, ids: &[&str]) -> Result<HashMap<String, Vec<Named>>, DbError> {
    const TEAMS: &str = "select m.member_id, t.id, t.name from team_members m join teams t on t.id = m.team_id
        where true";
    let query = Query::new(TEAMS).one_of(conn, "m.member_id", ids).then("order by t.name_key, t.id", []);
    let mut found: HashMap<String, Vec<Named>> = HashMap::new();
    for (member, id, name) in query.finish().rows::<(String, String, String)>(conn).await? {
        found.entry(member).or_default().push(Named { id, name });
    }
    Ok(found)
}

/// Counts the version up as well: teams and rights, which it covers, stand elsewhere.
pub async fn update(conn: &mut Conn<'_>, id: &str, of: &Fields) -> Result<(), DbError> {
    const UPDATE: &str = "update api_users set name = $2, name_key = $3, search_text = $4, remark = $5, role = $6,
        version = version + 1 where id = $1";
    let (name_key, search) = (text::fold(&of.name), search_text::of(&[&of.name]));
    exec!(conn, UPDATE, id, &*of.name, name_key, search, &*of.remark, of.role.stored())?;
    Ok(())
}

pub async fn set_status(conn: &mut Conn<'_>, id: &str, status: Status) -> Result<(), DbError> {
    exec!(conn, "update api_users set status = $2, version = version + 1 where id = $1", id, status.code())?;
    Ok(())
}

pub async fn set_token(conn: &mut Conn<'_>, id: &str, token: &Token<'_>, now: Millis) -> Result<(), DbError> {
    const SET: &str = "update api_users set token_hash = $2, token_hint = $3, token_expires_at = $4,
        token_made_at = $5, version = version + 1 where id = $1";
    exec!(conn, SET, id, token.hash, token.hint, token.expires_at, now)?;
    Ok(())
}

/// The token opens nothing any more, until another takes its place.
pub async fn end_token(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<(), DbError> {
    exec!(conn, "update api_users set token_expires_at = $2, version = version + 1 where id = $1", id, now)?;
    Ok(())
}

/// With its memberships and what is known of its use. Its grants are taken by `rights::store::delete_of`.
pub async fn delete(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    for of_subject in [
        "delete from team_members where member_id = $1",
        "delete from calls where subject_id = $1",
        "delete from last_uses where subject_id = $1",
        "delete from refused_needs where subject_id = $1",
        "delete from api_users where id = $1",
    ] {
        exec!(conn, of_subject, id)?;
    }
    Ok(())
}
