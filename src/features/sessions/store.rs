//! The sessions of people, the access tokens of integrations, and the keys and API users that programs use now, in one list.

use super::model::SessionRow;
use crate::access::{Actor, Level, Screen};
use crate::db::search::containing;
use crate::db::{Bind, Conn, DbError, Order, Query, Statement};
use crate::resource::list::{Filter, Listing, Search, Sort, Takes, by_hand, one_of};
use crate::server::reach;
use crate::server::usage::RECENT;
use crate::types::{Millis, SessionKind};

/// In each select `u` is who has the session, as `reach::members` calls what has a company and a rank, and `s` what it is.
/// Cross joins keep SQLite from beginning with whoever could have one: the sessions lie in the order of the list.
const PEOPLE: &str =
    "select s.id, 'console' as kind, u.id as subject_id, a.username, a.name, cast(null as text) as key_name,
        s.client, s.address, s.signed_in_at, s.last_activity_at, s.expires_at, c.path as company_path, u.role
    from sessions s cross join organizations o cross join accounts a cross join users u cross join companies c
    where o.id = s.organization_id and a.id = s.account_id
    and u.account_id = s.account_id and u.organization_id = s.organization_id and c.id = u.company_id
    and s.ended_at is null";

const INTEGRATIONS: &str = "select s.id, 'integration' as kind, u.id as subject_id, u.client_id as username, u.name,
        cast(null as text) as key_name, s.client, s.address, s.signed_in_at, s.last_activity_at, s.expires_at,
        c.path as company_path, u.role
    from sessions s cross join integrations u cross join companies c
    where u.id = s.integration_id and c.id = u.company_id
    and s.integration_id is not null and s.ended_at is null";

const KEYS: &str = "select s.id, 'api_key' as kind, u.id as subject_id, a.username, a.name, s.name as key_name,
        l.client, l.address, s.created_at as signed_in_at, l.at as last_activity_at, s.expires_at,
        c.path as company_path, u.role
    from last_uses l
    cross join api_keys s
    join users u on u.id = s.user_id
    join accounts a on a.id = u.account_id
    join companies c on c.id = u.company_id
    where s.id = l.credential_id and s.user_id = l.subject_id and u.status = 'active' and a.password_temporary = false";

const API_USERS: &str = "select s.id, 'api_user' as kind, u.id as subject_id, u.token_hint as username, u.name,
        cast(null as text) as key_name, l.client, l.address, s.token_made_at as signed_in_at, l.at as last_activity_at,
        s.token_expires_at as expires_at, c.path as company_path, u.role
    from last_uses l
    cross join api_users s
    join api_users u on u.id = s.id
    join companies c on c.id = u.company_id
    where l.credential_id = s.id and l.subject_id = s.id and u.status = 'active'";

const COUNTED_PEOPLE: &str = "select 1 as one
    from sessions s cross join organizations o cross join users u
    where o.id = s.organization_id and u.account_id = s.account_id and u.organization_id = s.organization_id
    and s.ended_at is null";

const COUNTED_INTEGRATIONS: &str = "select 1 as one
    from sessions s cross join integrations u
    where u.id = s.integration_id and s.integration_id is not null and s.ended_at is null";

const COUNTED_KEYS: &str = "select 1 as one from last_uses l
    cross join api_keys s
    join users u on u.id = s.user_id
    join accounts a on a.id = u.account_id
    where s.id = l.credential_id and s.user_id = l.subject_id and u.status = 'active' and a.password_temporary = false";

const COUNTED_API_USERS: &str = "select 1 as one from last_uses l
    cross join api_users s
    join api_users u on u.id = s.id
    where l.credential_id = s.id and l.subject_id = s.id and u.status = 'active'";

/// A session that ran out is not active, though nobody has ended it yet.
const NOT_OVER: &str = "and s.expires_at > ? and (o.idle_limit = 0 or s.last_activity_at + o.idle_limit >= ?)";

/// A token dies with its secret.
const SECRET_LIVES: &str = "and s.expires_at > ? and exists (select 1 from client_secrets cs
        where cs.id = s.secret_id and (cs.expires_at is null or cs.expires_at > ?))";

/// A key has no sign-in: it is there while it is used.
const USED_LATELY: &str = "and l.at > ? and (s.expires_at is null or s.expires_at > ?)";

/// The same of an API user.
const TOKEN_USED_LATELY: &str = "and l.at > ? and (s.token_expires_at is null or s.token_expires_at > ?)";

impl SessionKind {
    fn select(self) -> &'static str {
        match self {
            SessionKind::Console => PEOPLE,
            SessionKind::Integration => INTEGRATIONS,
            SessionKind::ApiKey => KEYS,
            SessionKind::ApiUser => API_USERS,
        }
    }

    /// The same without what only a list shows.
    fn counted(self) -> &'static str {
        match self {
            SessionKind::Console => COUNTED_PEOPLE,
            SessionKind::Integration => COUNTED_INTEGRATIONS,
            SessionKind::ApiKey => COUNTED_KEYS,
            SessionKind::ApiUser => COUNTED_API_USERS,
        }
    }

    /// The last use of the one that is looked for, by its primary key.
    fn only(self, query: Query, id: &str) -> Query {
        const OF_KEY: &str =
            "and l.credential_id = ? and l.subject_id = (select k.user_id from api_keys k where k.id = ?)";
        match self {
            SessionKind::Console | SessionKind::Integration => query,
            SessionKind::ApiKey => query.then(OF_KEY, [id.into(), id.into()]),
            SessionKind::ApiUser => query.then("and l.credential_id = ? and l.subject_id = ?", [id.into(), id.into()]),
        }
    }

    /// When it began.
    fn began(self) -> &'static str {
        match self {
            SessionKind::Console | SessionKind::Integration => "s.signed_in_at",
            SessionKind::ApiKey => "s.created_at",
            SessionKind::ApiUser => "s.token_made_at",
        }
    }

    fn active(self, query: Query, now: Millis) -> Query {
        match self {
            SessionKind::Console => query.then(NOT_OVER, [now.into(), now.into()]),
            SessionKind::Integration => query.then(SECRET_LIVES, [now.into(), now.into()]),
            SessionKind::ApiKey => query.then(USED_LATELY, [(now - RECENT).into(), now.into()]),
            SessionKind::ApiUser => query.then(TOKEN_USED_LATELY, [(now - RECENT).into(), now.into()]),
        }
    }
}

/// Each kind is searched and paged before they are put together (`Active`).
pub static LISTING: Listing<SessionRow> = Listing {
    sorts: &[Sort::int("signed_in_at", "l.signed_in_at", |row| row.session.signed_in_at.0)],
    order: "-signed_in_at",
    id: ("l.id", |row| &row.session.id),
    search: Some(Search { about: "Part of a name, username, email address or client ID.", keep: |query, _| query }),
    filters: &[Filter::new(
        "kind",
        Takes::Words(
            |code| SessionKind::from_code(code).is_some(),
            |_| one_of(SessionKind::ALL.map(SessionKind::code)),
        ),
        by_hand,
    )
    .about("`console`, `integration`, `api_key` or `api_user`; by default all.")],
};

/// Which of the active sessions.
#[derive(Clone, Copy)]
pub struct Active<'a> {
    pub actor: &'a Actor,
    /// What `search_text::wanted` looks for in name, username, email or client ID.
    pub q: &'a str,
    /// None is all.
    pub kind: Option<SessionKind>,
    pub now: Millis,
}

impl Active<'_> {
    pub fn page(self, (descending, after, limit): (bool, Option<(Bind, String)>, i64)) -> Statement {
        let order = Order { column: "l.signed_in_at", id: "l.id", descending };
        // The page of each kind, and of those the first.
        let query = self.kinds().enumerate().fold(Query::new("select l.* from ("), |query, (position, kind)| {
            let order = Order { column: kind.began(), id: "s.id", descending };
            let query = query.then(if position > 0 { "union all select k.* from (" } else { "select k.* from (" }, []);
            self.of(kind, query.then(kind.select(), [])).page(&order, after.clone(), limit).then(") k", [])
        });
        query.then(") l where true", []).page(&order, None, limit).finish()
    }

    pub fn counted(self) -> Statement {
        let query = Query::new("select count(*) from (select 1 as one from (");
        let query = self.kinds().enumerate().fold(query, |query, (position, kind)| {
            let query = if position > 0 { query.then("union all", []) } else { query };
            self.of(kind, query.then(kind.counted(), []))
        });
        query.then(") l", []).counted()
    }

    fn kinds(self) -> impl Iterator<Item = SessionKind> {
        SessionKind::ALL.into_iter().filter(move |kind| self.kind.is_none_or(|only| only == *kind))
    }

    /// What of a kind is active, within the actor's reach and found by `q`.
    fn of(self, kind: SessionKind, query: Query) -> Query {
        let query = query.then("and s.organization_id = ?", [self.actor.organization_id.as_str().into()]);
        let query = kind.active(reach::members(query, self.actor, Screen::Sessions, Level::Read), self.now);
        match self.q {
            "" => query,
            q => query.then("and u.search_text like ? escape '\\'", [containing(q)]),
        }
    }
}

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<SessionRow>, DbError> {
    let query = SessionKind::ALL.into_iter().enumerate().fold(Query::default(), |query, (position, kind)| {
        let query = if position > 0 { query.then("union all", []) } else { query };
        let query = query.then(kind.select(), []);
        kind.only(query.then("and s.id = ? and s.organization_id = ?", [id.into(), organization_id.into()]), id)
    });
    Ok(query.finish().rows(conn).await?.pop())
}
