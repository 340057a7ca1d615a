use super::model::{MemberRow, TeamRow};
use crate::access::{Actor, Level, Screen, path_end};
use crate::db::search::containing;
use crate::db::{Columns, Conn, DbError, Query, row};
use crate::resource::list::{Filter, Listing, Search, Sort, Viewer};
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::teams::Bounds;
use crate::server::reach;
use crate::types::Millis;

/// Into an organization, for a company; none is the root company. Fails with `Unique::TeamName` when the organization has a
/// team of this name.
pub async fn insert(
    conn: &mut Conn<'_>,
    id: &str,
    (organization, company): (&str, Option<&str>),
    fields: Columns,
    now: Millis,
) -> Result<(), DbError> {
    let own = Columns::of([
        ("id", id.into()),
        ("organization_id", organization.into()),
        ("company_id", company.into()),
        ("created_at", now.into()),
    ]);
    own.and(fields).insert(conn, "teams").await
}

impl TeamRow {
    pub fn bounds(&self) -> Bounds<'_> {
        Bounds { id: &self.team.id, own: self.own, company_path: self.company_path.as_deref() }
    }
}

/// The start of every read of teams. Members are counted of whom the viewer may know, and all of them: the difference is
/// who is out of reach.
pub fn select(viewer: &Actor) -> Query {
    let query = Query::new(
        "select t.id, t.name, t.name_key, t.remark, t.created_at, t.version,
            (select count(*) from team_members m join users x on x.id = m.member_id where m.team_id = t.id",
    );
    let query = within(query, viewer).then(
        ") as user_count,
            (select count(*) from team_members m join api_users x on x.id = m.member_id where m.team_id = t.id",
        [],
    );
    within(query, viewer).then(
        ") as api_user_count,
            (select count(*) from team_members m where m.team_id = t.id) as member_count,
            exists (select 1 from team_members m where m.team_id = t.id and m.member_id = ?) as own,
            (select c.path from companies c where c.id = t.company_id) as company_path
        from teams t where t.organization_id = ?",
        [viewer.subject_id.as_str().into(), viewer.organization_id.as_str().into()],
    )
}

/// Keeps the members `x` of the viewer's company and those below.
fn within(query: Query, viewer: &Actor) -> Query {
    if viewer.company_path.matches('/').count() <= 1 {
        return query;
    }
    query.then(
        "and x.company_id in (select r.id from companies r where r.organization_id = ? and r.path >= ? and r.path < ?)",
        [
            viewer.organization_id.as_str().into(),
            viewer.company_path.as_str().into(),
            path_end(&viewer.company_path).into(),
        ],
    )
}

/// An organization has few teams: looking through all their names costs less than an index would.
pub static LISTING: Listing<TeamRow> = Listing {
    sorts: &[Sort::text("name", "t.name_key", |row| &row.name_key)],
    order: "name",
    id: ("t.id", |row| &row.team.id),
    search: Some(Search {
        about: "Part of the name.",
        keep: |query, wanted| query.then("and t.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[
        Filter::id("member_id", with_member).about("The id of a user or API user in the team."),
        Filter::id("profile_id", |query, _, profile| {
            query.then("and t.id in (select g.subject_id from grants g where g.profile_id = ?)", [profile.into()])
        }),
    ],
};

/// The teams of the viewer's organization, and the same to be counted.
pub fn of_organization(viewer: &Actor) -> [Query; 2] {
    const COUNT: &str = "select count(*) from (select 1 as one from teams t where t.organization_id = ?";
    [select(viewer), Query::default().then(COUNT, [viewer.organization_id.as_str().into()])]
}

/// Whoever is out of the viewer's reach is counted, and not looked up.
fn with_member(query: Query, viewer: &Viewer<'_>, id: &str) -> Query {
    let users = "and t.id in (select m.team_id from team_members m join users x on x.id = m.member_id
        where m.member_id = ?";
    let api_users = "union all select m.team_id from team_members m join api_users x on x.id = m.member_id
        where m.member_id = ?";
    let query = within(query.then(users, [id.into()]), viewer.actor);
    within(query.then(api_users, [id.into()]), viewer.actor).then(")", [])
}

/// In each of these `u` is who has a company and a rank, as `reach::members` calls it.
const USERS: &str = "select 'user' as kind, u.id, a.name, a.username, u.name_key, u.company_id,
        c.name as company_name, c.path as company_path, u.role, u.status, m.added_at
    from team_members m cross join users u cross join accounts a cross join companies c
    where u.id = m.member_id and a.id = u.account_id and c.id = u.company_id";

const API_USERS: &str =
    "select 'api_user' as kind, u.id, u.name, cast(null as text) as username, u.name_key, u.company_id,
        c.name as company_name, c.path as company_path, u.role, u.status, m.added_at
    from team_members m cross join api_users u cross join companies c
    where u.id = m.member_id and c.id = u.company_id";

/// The members of a team; both kinds are searched before they are put together (`members`).
pub static MEMBERS: Listing<MemberRow> = Listing {
    sorts: &[Sort::text("name", "l.name_key", |row| &row.name_key)],
    order: "name",
    id: ("l.id", |row| &row.member.id),
    search: Some(Search { about: "", keep: |query, _| query }),
    filters: &[],
};

/// The members of both kinds within the viewer's reach, and the same to be counted; `text` is searched for.
pub fn members(viewer: &Actor, team_id: &str, text: &str) -> [Query; 2] {
    let rows = both(Query::new("select l.* from ("), viewer, team_id, text).then(") l where true", []);
    let count = both(Query::new("select count(*) from (select 1 as one from ("), viewer, team_id, text);
    [rows, count.then(") l", [])]
}

fn both(query: Query, viewer: &Actor, team_id: &str, text: &str) -> Query {
    let narrowed = |query: Query| {
        let query = query.then("and m.team_id = ?", [team_id.into()]);
        let query = reach::members(query, viewer, Screen::Members, Level::Read);
        if text.is_empty() { query } else { query.then("and u.search_text like ? escape '\\'", [containing(text)]) }
    };
    narrowed(narrowed(query.then(USERS, [])).then("union all", []).then(API_USERS, []))
}

/// One member of a team, wherever it belongs.
pub async fn member(conn: &mut Conn<'_>, team_id: &str, member_id: &str) -> Result<Option<MemberRow>, DbError> {
    let one = |query: Query| query.then("and m.team_id = ? and m.member_id = ?", [team_id.into(), member_id.into()]);
    let query = one(Query::new(USERS)).then("union all", []);
    Ok(one(query.then(API_USERS, [])).finish().rows(conn).await?.pop())
}

/// A user or an API user of the organization, whether a member of anything or not.
pub async fn find_subject(
    conn: &mut Conn<'_>,
    organization_id: &str,
    member: &MemberRef,
) -> Result<Option<MemberRow>, DbError> {
    const USER: &str = "select 'user' as kind, u.id, a.name, a.username, u.name_key, u.company_id,
            c.name as company_name, c.path as company_path, u.role, u.status, cast(null as bigint) as added_at
        from users u join accounts a on a.id = u.account_id join companies c on c.id = u.company_id
        where u.id = $1 and u.organization_id = $2";
    const API_USER: &str =
        "select 'api_user' as kind, u.id, u.name, cast(null as text) as username, u.name_key, u.company_id,
            c.name as company_name, c.path as company_path, u.role, u.status, cast(null as bigint) as added_at
        from api_users u join companies c on c.id = u.company_id
        where u.id = $1 and u.organization_id = $2";
    match member.kind {
        MemberKind::User => row!(conn, MemberRow, USER, member.id.as_str(), organization_id),
        MemberKind::ApiUser => row!(conn, MemberRow, API_USER, member.id.as_str(), organization_id),
    }
}

/// Every team of the organization by name.
pub async fn names(conn: &mut Conn<'_>, organization_id: &str) -> Result<Vec<(String, String)>, DbError> {
    let query =
        Query::default().then("select t.id, t.name from teams t where t.organization_id = ?", [organization_id.into()]);
    query.then("order by t.name_key, t.id limit 1000", []).finish().rows(conn).await
}
